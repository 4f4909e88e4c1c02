import { Heights } from "./heights.ts";
import { type Message, post, read, type Theme } from "./messages.ts";

type Options = {
	onMessage?: (message: Message) => void;
	onTheme?: (theme: Theme) => void;
	heights?: Heights;
};

/**
 * The side that sits in a frame: tells the parent window how high this document is, and wears the
 * theme that the parent sends as `data-theme` on the root element.
 *
 * Once the parent has answered, and if it will give all the room, `data-fits` on the root says so
 * to the style sheet. A vertical scroll bar would come and go while the frame takes its height,
 * each time with another width of the content, and so another height.
 */
export function followParent({ onMessage, onTheme, heights = new Heights() }: Options = {}): void {
	const { parent } = window;
	if (parent === window) return; // opened as a file of its own: the browser decides
	const root = document.documentElement;
	let isServed = false;
	const showFit = () => root.toggleAttribute("data-fits", isServed && heights.fits);

	const report = () => {
		const px = heights.next({
			flow: root.getBoundingClientRect().height,
			scrollHeight: root.scrollHeight,
			clientHeight: root.clientHeight,
			viewportWidth: window.innerWidth,
			viewportHeight: window.innerHeight,
		});
		if (px !== undefined) post(parent, { flyteNbDeck: "height", px });
		showFit();
	};

	window.addEventListener("message", (event) => {
		const message = event.source === parent ? read(event.data) : undefined;
		if (message?.flyteNbDeck === "ping") post(parent, { flyteNbDeck: "pong" });
		if (message) onMessage?.(message);
		if (message?.flyteNbDeck !== "theme") return;
		root.dataset.theme = message.theme;
		isServed = true;
		showFit();
		onTheme?.(message.theme);
	});
	new ResizeObserver(report).observe(root);
	window.addEventListener("resize", report);
	window.addEventListener("load", report); // content out of the flow does not resize the root
	post(parent, { flyteNbDeck: "ready" });
}
