/** Turns the stacked decks of the page into tabs, and ties the page to its notebook. */
import { followParent } from "./child.ts";
import { Heights } from "./heights.ts";
import type { Theme } from "./messages.ts";
import { serveFrames } from "./parent.ts";
import { showTabs } from "./tabs.ts";

const root = document.documentElement;
const main = document.querySelector("main");
const frames = [...document.querySelectorAll("iframe")];
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function theme(): Theme {
	const given = root.dataset.theme;
	if (given === "light" || given === "dark") return given;
	return prefersDark.matches ? "dark" : "light";
}

const decks = serveFrames({
	frames: () => frames,
	theme,
	onFirstWord: (frame) => frame.classList.remove("awaiting"),
});
prefersDark.addEventListener("change", () => decks.broadcast());
// Paper shows every deck, also those whose tab was never opened.
window.addEventListener("beforeprint", () => {
	for (const frame of frames) frame.loading = "eager";
});
for (const frame of frames) frame.classList.add("awaiting"); // no flash in the wrong theme
if (main) showTabs(main);
followParent({
	onTheme: () => decks.broadcast(),
	heights: new Heights(Number.POSITIVE_INFINITY), // no rule in page.css looks at the viewport's
});
