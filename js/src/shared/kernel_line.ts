import type { AnyModel } from "@anywidget/types";
import { element } from "./element.ts";

/** A question that is asked before the page has its own way into a busy kernel waits in a queue. */
const ASK_AT_MS = [0, 700, 2500, 8000];
const ASK_AGAIN_MS = 1000;
const REPLACED_MS = 1000;

/** What a view that follows something says to the kernel, and how long it asks. */
export class KernelLine<M extends Record<string, unknown>> {
	/** Tells this view from others of the same model; nothing secret. */
	readonly page = Math.random().toString(36).slice(2);
	#timers: ReturnType<typeof setTimeout>[] = [];
	#askedAt = Number.NEGATIVE_INFINITY;

	/** @param onGone Called where the kernel that made the view is no more. */
	constructor(
		private readonly model: AnyModel<M>,
		private readonly onGone: () => void,
	) {}

	/** Says it to the kernel; JupyterLab throws where that is no more. */
	send(content: object): void {
		try {
			this.model.send(content);
		} catch {
			this.onGone();
		}
	}

	/** Asks for what was missed. */
	hello(more: object = {}): void {
		this.#askedAt = performance.now();
		this.send({ type: "hello", page: this.page, ...more });
	}

	/** Whether an answer may still be on its way. */
	hasJustAsked(): boolean {
		return performance.now() - this.#askedAt < ASK_AGAIN_MS;
	}

	/** Asks at once, and again until `answered`; calls `onSilence` where it never is. */
	askUntilAnswered(ask: () => void, onSilence: () => void = () => {}): void {
		this.answered();
		this.#timers = ASK_AT_MS.map((delay) => setTimeout(ask, delay));
		this.#timers.push(setTimeout(onSilence, Math.max(...ASK_AT_MS)));
	}

	/** It is over: asks for the record, unless something else replaces the view just now. */
	askForRecord(view: Element): void {
		this.#timers.push(setTimeout(() => view.isConnected && this.hello(), REPLACED_MS));
	}

	answered(): void {
		for (const timer of this.#timers) clearTimeout(timer);
	}

	/** The view goes away. */
	bye(): void {
		this.answered();
		this.send({ type: "bye", page: this.page });
	}
}

/** Puts the record, which the kernel has made as it makes all output, in the place of a view. */
export function putRecord(html: string, view: Element): void {
	const record = element("div", { className: "flyte-nb-record jp-RenderedHTMLCommon" });
	record.innerHTML = html;
	view.replaceWith(record);
}
