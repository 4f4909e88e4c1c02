/** Where a match comes to stand in what is scrolled: a third below its top. */
const PLACE = 1 / 3;

/** Down to where it may stand without that. */
const LOWEST = 0.9;

/** How long a frame may take to grow to its content after that was asked for. */
const GROWS_MS = 3_000;

/** What a reader does to go elsewhere. */
const MOVES = ["wheel", "pointerdown", "keydown"];

let growth: ResizeObserver | undefined;

/**
 * Scrolls what is around `frame` until the place `px` below its top is in sight, if it is not.
 *
 * A document in a sandbox cannot do so for itself: `scrollIntoView` ends at its own window. A deck
 * that is shown for the first time is still growing, so it is done again when it has grown.
 */
export function reveal(frame: Element, px: number): void {
	growth?.disconnect(); // else the place looked for before comes back
	const latest = new ResizeObserver(() => scrollTo(frame, px));
	growth = latest;
	latest.observe(frame); // which calls it at once
	const done = () => {
		latest.disconnect();
		for (const move of MOVES) window.removeEventListener(move, done, true);
	};
	for (const move of MOVES) window.addEventListener(move, done, { capture: true, passive: true });
	window.setTimeout(done, GROWS_MS);
}

function scrollTo(frame: Element, px: number): void {
	const scroller = scrollerOf(frame);
	const isPage = scroller === document.scrollingElement;
	const top = isPage ? 0 : scroller.getBoundingClientRect().top;
	const height = isPage ? window.innerHeight : scroller.clientHeight;
	const box = frame.getBoundingClientRect();
	const at = box.top + Math.min(px, box.height) - top;
	if (at >= 0 && at <= height * LOWEST) return;
	scroller.scrollTop += at - height * PLACE;
}

function scrollerOf(element: Element): Element {
	for (let around = element.parentElement; around; around = around.parentElement) {
		const { overflowY } = getComputedStyle(around);
		const scrolls = overflowY === "auto" || overflowY === "scroll";
		if (scrolls && around.scrollHeight > around.clientHeight) return around;
	}
	return document.scrollingElement ?? document.documentElement;
}
