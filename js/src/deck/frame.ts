/** Runs first in each deck's own frame, before anything that the deck brings. */
import { followParent } from "./child.ts";

// The one way to the network that no content security policy closes: Chromium and Firefox do not
// know the directive for it (https://github.com/w3c/webappsec-csp/pull/457). This stops what a plot
// brings along; a deck that means to call home can find them again in a frame of its own making.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) {
	Reflect.deleteProperty(window, name);
}
followParent();
