import { post } from "./messages.ts";
import { count, pattern } from "./text.ts";

/** A deck of the page, as the search knows it. */
export type Searched = {
	frame: HTMLIFrameElement;
	/** Returns what it has to read. */
	text(): string;
	/** Shows it, if another one is shown. */
	show(): void;
	isShown(): boolean;
	/** Says on its tab how often it has what is looked for. */
	mark(matches: number | undefined): void;
};

const PAUSE_MS = 150;
const RECOUNT_MS = 1_000;

/**
 * Makes a box that searches all decks of the page.
 *
 * How often a deck has the text is counted in its source, which is parsed and not run: so
 * no deck has to be opened for it, and none can claim what is not there. Only the deck that is
 * shown is asked to mark and reveal its matches.
 */
export function searchBox(decks: Searched[], reveal: (frame: Element, px: number) => void) {
	const element = document.createElement("form");
	element.role = "search";
	element.className = "search";
	const input = document.createElement("input");
	input.type = "search";
	input.placeholder = "Search decks";
	input.ariaLabel = "Search all decks; Enter goes to the next match, Shift+Enter to the last one";
	const status = document.createElement("span");
	status.role = "status";
	element.append(status, input);

	let matches: number[] = [];
	let looked = "";
	let at = -1; // of the matches of `current`
	let current: Searched | undefined;
	let asked: HTMLIFrameElement | undefined;
	let timer = 0;
	let recount = 0;

	function look(): void {
		window.clearTimeout(timer);
		looked = input.value;
		countAll();
		at = -1;
		tell();
	}

	function countAll(): void {
		const wanted = pattern(looked);
		matches = decks.map(({ text }) => (wanted ? count(text(), wanted) : 0));
		for (const [i, deck] of decks.entries()) deck.mark(wanted ? matches[i] : undefined);
		const having = matches.filter(Boolean).length;
		const all = matches.reduce((sum, one) => sum + one, 0);
		status.textContent = wanted ? said(all, having, decks.length) : "";
	}

	/** Has the deck that is shown mark its matches. */
	function tell(): void {
		const deck = decks.find((one) => one.isShown());
		if (!deck) return;
		if (deck !== current) at = -1; // its tab was chosen by hand
		current = deck;
		asked = at < 0 ? undefined : deck.frame;
		post(deck.frame.contentWindow, { flyteNbDeck: "find", query: looked, at });
	}

	/** Goes to the next match, or back; from the last one of a deck to the first of the next. */
	function step(by: 1 | -1): void {
		if (input.value !== looked) look();
		if (!matches.some(Boolean)) return;
		let index = decks.findIndex((one) => one.isShown());
		const next = by < 0 && at < 0 ? -1 : at + by;
		if (next >= 0 && next < (matches[index] ?? 0)) at = next;
		else {
			do index = (index + by + decks.length) % decks.length;
			while (!matches[index]);
			at = by > 0 ? 0 : (matches[index] ?? 1) - 1;
			current = decks[index];
			current?.show();
		}
		tell();
	}

	input.addEventListener("input", () => {
		window.clearTimeout(timer);
		timer = window.setTimeout(look, PAUSE_MS);
	});
	element.addEventListener("submit", (event) => event.preventDefault());
	input.addEventListener("keydown", (event) => {
		if (event.key === "Escape" && input.value) {
			input.value = "";
			look();
		} else if (event.key === "Enter") {
			event.preventDefault();
			step(event.shiftKey ? -1 : 1);
		} else return;
		event.stopPropagation();
	});

	return {
		element,
		/** There are other decks now, or there is more in them: count again, soon. */
		update: (now: Searched[]) => {
			decks = now;
			if (!pattern(looked) || recount) return;
			recount = window.setTimeout(() => {
				recount = 0;
				countAll();
			}, RECOUNT_MS);
		},
		/** A deck was shown, or has just begun to listen. */
		refresh: () => {
			if (pattern(looked)) tell();
		},
		/** A deck says where the match stands that it was asked for. */
		found: (frame: HTMLIFrameElement, px: number) => {
			if (frame !== asked || px < 0) return;
			asked = undefined; // one answer to a question: a deck must not scroll on its own
			reveal(frame, px);
		},
	};
}

function said(all: number, having: number, decks: number): string {
	if (all === 0) return "no match";
	const matches = all === 1 ? "1 match" : `${all.toLocaleString("en")} matches`;
	return decks === 1 ? matches : `${matches} in ${having} ${having === 1 ? "deck" : "decks"}`;
}
