/** What the static page of decks and the one that grows have in common. */
import { MAX_HEIGHT_PX, post, type Theme } from "./messages.ts";
import { reveal } from "./reveal.ts";

/** Returns what says which theme is worn; `onChange` is called when the browser's changes. */
export function pageTheme(onChange: () => void): () => Theme {
	const prefersDark = matchMedia("(prefers-color-scheme: dark)");
	prefersDark.addEventListener("change", onChange);
	return () => {
		const given = document.documentElement.dataset.theme;
		if (given === "light" || given === "dark") return given;
		return prefersDark.matches ? "dark" : "light";
	};
}

/** Brings what is `px` below the top of `frame` into sight, here and in the notebook around. */
export function show(frame: Element, px: number): void {
	reveal(frame, px);
	// A page that gets all the room will not be scrolled any more, as it may be until then.
	const fits = document.documentElement.scrollHeight <= MAX_HEIGHT_PX;
	const below = frame.getBoundingClientRect().top + px + (fits ? window.scrollY : 0);
	post(window.parent, { flyteNbDeck: "reveal", px: below });
}
