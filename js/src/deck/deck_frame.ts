import { element } from "../shared/element.ts";

/** The frame that a deck is alone in, not seen before it wears the theme of its page. */
export function deckFrame(name: string, runsScripts: boolean): HTMLIFrameElement {
	const frame = element("iframe", { title: name, className: "awaiting" });
	frame.setAttribute("sandbox", runsScripts ? "allow-scripts" : ""); // before it has a document
	return frame;
}
