import type { AnyModel } from "@anywidget/types";
import { KernelLine } from "../../shared/kernel_line.ts";
import { type Facts, goesOn, type LoginModel, type Message, type Request } from "./model.ts";

/** How sure one can be that the kernel is there. */
export type Life = "there" | "silent" | "gone";
type Listener = (changed: "facts" | "time") => void;

const TICK_MS = 1000;
/** In ticks, not by a clock: a laptop that slept has not been left without word. */
const ASK_EVERY = 10;
const SILENT_AFTER = 25;

/** One login as far as this page knows it, for all of its views; nothing of it outlives them. */
export class Follower {
	facts: Facts | null = null;
	life: Life = "there";
	readonly key: string;
	#line: KernelLine<LoginModel>;
	#listeners = new Set<Listener>();
	/** When time is up, on the clock of this page: that of the kernel may be off. */
	#ends = 0;
	#unheard = 0;
	#ticking: ReturnType<typeof setInterval>;

	constructor(private readonly model: AnyModel<LoginModel>) {
		this.key = model.get("key");
		this.#line = new KernelLine(model, () => this.#become("gone"));
		model.on("msg:custom", this.#take);
		model.on("comm_live_update", this.#ask);
		this.#line.askUntilAnswered(this.#ask);
		this.#ticking = setInterval(() => this.#tick(), TICK_MS);
	}

	/** Seconds that are left; null where that is not known. */
	get left(): number | null {
		if (typeof this.facts?.left_s !== "number") return null;
		return Math.max(0, (this.#ends - performance.now()) / 1000);
	}

	/** Calls `listener` after each change; what this returns ends that. */
	listen(listener: Listener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	send(request: Request): void {
		this.#line.send(request);
	}

	stop(): void {
		clearInterval(this.#ticking);
		this.model.off("msg:custom", this.#take);
		this.model.off("comm_live_update", this.#ask);
		this.#line.bye();
		this.#become("gone");
		this.facts = null;
		this.#listeners.clear();
	}

	#ask = (): void => this.#line.hello();

	#take = (message: Message): void => {
		if (message.type !== "login") return;
		this.#line.answered();
		this.#unheard = 0;
		this.#ends = performance.now() + 1000 * (message.left_s ?? 0);
		this.facts = message;
		if (this.life === "silent") this.life = "there";
		this.#tell("facts");
	};

	#tick(): void {
		this.#unheard += 1;
		if (this.life !== "gone" && this.facts && goesOn(this.facts.state)) {
			if (this.#unheard % ASK_EVERY === 0) this.#ask();
			if (this.#unheard >= SILENT_AFTER) this.#become("silent");
		}
		this.#tell("time");
	}

	#become(life: Life): void {
		if (this.life === life || this.life === "gone") return;
		this.life = life;
		if (life === "gone") this.#line.answered();
		this.#tell("facts");
	}

	#tell(changed: "facts" | "time"): void {
		for (const listener of [...this.#listeners]) listener(changed);
	}
}
