/** Shows the decks that the page brings as tabs, and ties the page to its notebook. */

import { element } from "../shared/element.ts";
import { followParent } from "./child.ts";
import { Heights } from "./heights.ts";
import { pageTheme, show } from "./page_parts.ts";
import { serveFrames } from "./parent.ts";
import { searchBox } from "./search.ts";
import { takeSources } from "./sources.ts";
import { StillDeck } from "./still_deck.ts";
import { showTabs } from "./tabs.ts";

/** Characters of a single deck that the eye does not take in at once. */
const LONG = 10_000;

function begin(): void {
	const main = document.querySelector("main") as HTMLElement;
	const header = main.querySelector("header") as HTMLElement;
	const { opening = "", quiet } = main.dataset;
	const isQuiet = quiet !== undefined; // as the script of a deck did not end
	const theme = pageTheme(() => wear());
	const sources = takeSources();
	const decks = sources.map((source) => new StillDeck(source, { opening, isQuiet, theme }));
	const served = serveFrames({
		frames: () => decks.map(({ frame }) => frame),
		theme,
		onFirstWord: (frame) => {
			frame.classList.remove("awaiting");
			search?.refresh();
		},
		onMessage: (frame, message) => {
			if (message.flyteNbDeck === "found") search?.found(frame, message.px);
		},
	});

	function wear(): void {
		served.broadcast();
		for (const deck of decks) deck.wear();
	}

	if (isQuiet) {
		const textContent = "Scripts of decks are off.";
		header.append(element("span", { className: "state", role: "status", textContent }));
	}
	if (decks.length === 0) {
		main.append(element("p", { className: "empty", textContent: "No decks." }));
	}
	const named = decks.map((shown, i) => ({ name: "", group: "", ...sources[i], shown }));
	const searched = showTabs(main, named, () => search?.refresh());
	const isWorthSearching = searched.length > 1 || (sources[0]?.html.length ?? 0) > LONG;
	const search = isWorthSearching ? searchBox(searched, show) : undefined;
	if (search) header.append(search.element);

	// Paper shows every deck, also those whose tab was never opened.
	window.addEventListener("beforeprint", () => {
		for (const deck of decks) deck.open();
	});
	followParent({
		onTheme: wear,
		heights: new Heights(Number.POSITIVE_INFINITY), // no rule in page.css looks at the viewport's
	});
}

// The decks stand below this script.
document.addEventListener("DOMContentLoaded", begin);
