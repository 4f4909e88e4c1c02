import { followParent } from "./child.ts";
import { find } from "./find.ts";
import type { Heights } from "./heights.ts";
import { type Message, post } from "./messages.ts";

/**
 * What the document of a deck does, in its own frame and before anything that the deck brings.
 *
 * @param onMessage takes what the page says beside what is answered here.
 */
export function beDeck(onMessage = (_: Message) => {}, heights?: Heights): void {
	// The one way to the network that no content security policy closes: Chromium and Firefox do
	// not know the directive for it (https://github.com/w3c/webappsec-csp/pull/457). This stops what
	// a plot brings along; a deck that means to call home can find them in a frame of its making.
	for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) {
		Reflect.deleteProperty(window, name);
	}
	const answer = ({ query, at }: { query: string; at: number }) =>
		post(window.parent, { flyteNbDeck: "found", ...find(query, at) });
	followParent({
		onMessage: (message) => {
			if (message.flyteNbDeck !== "find") return onMessage(message);
			answer(message);
			// Asked before all of it is there, it says more when that is.
			if (document.readyState === "loading") {
				document.addEventListener("DOMContentLoaded", () => answer(message), { once: true });
			}
		},
		...(heights && { heights }),
	});
}
