import type { AnyModel } from "@anywidget/types";

type Listener = (message?: unknown) => void;

/** An in-memory `AnyModel`: the contract of the real one, with no kernel behind it. */
export class FakeModel<M extends Record<string, unknown>> {
	/** The custom messages that went to the kernel. */
	sent: unknown[] = [];
	saved = 0;
	/** Whether there is no kernel to send to. */
	isGone = false;
	#listeners = new Map<string, Set<Listener>>();

	constructor(private state: M) {}

	get<K extends keyof M>(key: K): M[K] {
		return this.state[key];
	}

	/** As the kernel does: listeners hear of changes only. */
	set<K extends keyof M>(key: K, value: M[K]): void {
		if (this.state[key] === value) return;
		this.state[key] = value;
		for (const listener of this.#listeners.get(`change:${String(key)}`) ?? []) listener();
	}

	on(event: string, listener: Listener): void {
		const set = this.#listeners.get(event) ?? new Set();
		this.#listeners.set(event, set.add(listener));
	}

	off(event: string, listener: Listener): void {
		this.#listeners.get(event)?.delete(listener);
	}

	/** Deliver a custom message of the kernel. */
	receive(message: unknown): void {
		for (const listener of this.#listeners.get("msg:custom") ?? []) listener(message);
	}

	trigger(event: string): void {
		for (const listener of this.#listeners.get(event) ?? []) listener();
	}

	send(content: unknown): void {
		if (this.isGone) throw new Error("Cannot send");
		this.sent.push(content);
	}

	save_changes(): void {
		this.saved += 1;
	}

	listenerCount(): number {
		return [...this.#listeners.values()].reduce((n, set) => n + set.size, 0);
	}

	asModel(): AnyModel<M> {
		return this as unknown as AnyModel<M>;
	}
}
