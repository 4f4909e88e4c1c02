/** Runs in the frame of a deck that grows, which is empty at first. */
import { appendTo } from "./append.ts";
import { beDeck } from "./deck_document.ts";
import { Heights } from "./heights.ts";
import { post } from "./messages.ts";

/** What is higher scrolls in itself: a notebook in which somebody reads does not move on. */
const MAX_PX = 480;

document.currentScript?.remove(); // the deck finds nothing in its body
const append = appendTo(document);
beDeck((message) => {
	if (message.flyteNbDeck !== "append") return;
	append(message.html, message.drawn);
	// Not at once: what the page has to do comes before the next pieces.
	window.setTimeout(() => post(window.parent, { flyteNbDeck: "appended" }));
}, new Heights(undefined, MAX_PX));
