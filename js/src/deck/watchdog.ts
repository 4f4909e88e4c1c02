import { post } from "./messages.ts";
import { withoutScripts } from "./without_scripts.ts";

const EVERY_MS = 2_000;
/** Without an answer for so long, a page is taken for one that will not give any. */
const PATIENCE_MS = 6_000;

type Asked = { at: number | undefined; hasAnswered: boolean };

/**
 * Notices pages whose scripts do not end: browsers that give decks a process of their own run all
 * decks of a notebook in the same one, so that an endless loop in one deck stops all of them, and
 * nothing but the notebook around them can tell.
 */
export class Watchdog {
	readonly #asked = new WeakMap<HTMLIFrameElement, Asked>();
	readonly #bars = new Map<HTMLIFrameElement, HTMLElement>();
	readonly #timer: ReturnType<typeof setInterval>;
	#lookedAt = performance.now();

	constructor(private readonly frames: () => Iterable<HTMLIFrameElement>) {
		this.#timer = setInterval(() => this.#look(), EVERY_MS);
	}

	/** A page has said something. */
	heard(frame: HTMLIFrameElement, isAnswer: boolean): void {
		const asked = this.#asked.get(frame);
		if (asked) asked.at = undefined;
		if (asked && isAnswer) asked.hasAnswered = true;
		this.#bars.get(frame)?.remove();
		this.#bars.delete(frame);
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	#look(): void {
		const now = performance.now();
		// A computer that slept, or a tab in the background: nobody could have answered.
		const wasAway = document.hidden || now - this.#lookedAt > 2 * EVERY_MS;
		this.#lookedAt = now;
		for (const [frame, bar] of this.#bars) {
			if (frame.isConnected) continue;
			bar.remove();
			this.#bars.delete(frame);
		}
		for (const frame of this.frames()) {
			const asked = this.#asked.get(frame) ?? { at: undefined, hasAnswered: false };
			this.#asked.set(frame, asked);
			if (asked.at === undefined || wasAway || !asked.hasAnswered) {
				asked.at = now;
				post(frame.contentWindow, { flyteNbDeck: "ping" });
			} else if (now - asked.at > PATIENCE_MS && !this.#bars.has(frame)) this.#tell(frame);
		}
	}

	#tell(frame: HTMLIFrameElement): void {
		const bar = document.createElement("div");
		bar.role = "alert";
		bar.style.cssText =
			"display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:4px 0;padding:6px 10px;" +
			"border-left:3px solid #d1242f;font-size:13px";
		const text = document.createElement("span");
		text.textContent =
			"These decks do not answer: a script in one of this notebook's decks does not end. " +
			"The notebook itself goes on.";
		const button = document.createElement("button");
		button.type = "button";
		button.textContent = "Show all decks without their scripts";
		button.addEventListener("click", () => {
			for (const one of this.#bars.values()) one.remove();
			this.#bars.clear();
			void withoutScripts([...this.frames()]);
		});
		bar.append(text, button);
		frame.before(bar);
		this.#bars.set(frame, bar);
	}
}
