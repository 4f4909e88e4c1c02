import { MAX_HEIGHT_PX } from "./messages.ts";

/** What a document measures of itself, in CSS pixels. */
export type Measure = {
	/** Height of the root element's box. */
	flow: number;
	scrollHeight: number;
	/** Of the root element: the viewport without scroll bars. */
	clientHeight: number;
	viewportWidth: number;
	viewportHeight: number;
};

/** How many answers in a row to its own resizing a document may give: one settles its layout. */
const MAX_ECHOES = 2;

/** A change of width up to this is a scroll bar that came or went, not another layout. */
const SCROLL_BAR_PX = 24;

/**
 * Decides which heights a framed document asks its parent for.
 *
 * Asking changes the viewport, and the viewport may change the content (`height: 100vh`, a
 * vanishing scroll bar). Such echoes are counted and soon ignored, so that the frame comes to rest.
 */
export class Heights {
	#asked = 0;
	#refused = 0;
	#echoes = 0;
	#flow = 0;
	#viewport = { width: 0, height: 0 };

	/**
	 * @param maxEchoes more for a document that is known not to depend on its viewport.
	 * @param maxPx what is higher scrolls.
	 */
	constructor(
		private readonly maxEchoes = MAX_ECHOES,
		private readonly maxPx = MAX_HEIGHT_PX,
	) {}

	/** Whether a frame of the height last asked for shows everything. */
	get fits(): boolean {
		return this.#asked > 0 && this.#asked <= this.maxPx && this.#refused === 0;
	}

	/** Returns the height to ask for, or nothing when the last one stands. */
	next(now: Measure): number | undefined {
		if (now.viewportWidth === 0) return undefined; // on a tab that is not shown
		const sameWidth = Math.abs(now.viewportWidth - this.#viewport.width) <= SCROLL_BAR_PX;
		const isEcho = sameWidth && now.viewportHeight !== this.#viewport.height;
		const flowShrank = now.flow < this.#flow;
		this.#viewport = { width: now.viewportWidth, height: now.viewportHeight };
		this.#flow = now.flow;

		// The root element's box alone can shrink again; what sticks out of it (absolutely
		// positioned, or below a root of fixed height) only shows while it overflows.
		const overflow = now.scrollHeight > now.clientHeight ? now.scrollHeight : 0;
		const scrollBar = now.viewportHeight - now.clientHeight;
		const needed = Math.ceil(Math.max(now.flow, overflow)) + scrollBar;
		const wanted = Math.min(needed, this.maxPx + 1); // by which it does not fit

		if (wanted === this.#asked || wanted === this.#refused) return undefined;
		if (wanted < this.#asked && sameWidth && !flowShrank) return undefined;
		this.#echoes = isEcho ? this.#echoes + 1 : 0;
		if (this.#echoes > this.maxEchoes) {
			this.#refused = wanted; // also when it is measured again, without a resize
			return undefined;
		}
		this.#refused = 0;
		this.#asked = wanted;
		return wanted;
	}
}
