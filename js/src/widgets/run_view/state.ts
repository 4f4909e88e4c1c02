import type { Life } from "./life.ts";
import type { Changes, Counts, Frame, Phase, Piece, Row } from "./model.ts";

export type Part = "head" | "rows" | "svg";
type Listener = (changed: Set<Part>, drawn: Pick<Changes, "boxes" | "label">) => void;

const seconds = () => performance.now() / 1000;

/** The run as far as it is known here, put together from frames and changes. */
export class RunState {
	id = "";
	name = "";
	kind = "";
	phase: Phase = "QUEUED";
	counts: Counts = {};
	cancelling = false;
	/** Whether the kernel is there: where it is not, no time passes. */
	life: Life = "there";
	order: string[] = [];
	rows = new Map<string, Row>();
	svg = "";
	#seq = -1;
	/** When it began, and when its nodes did, on the clock of this page. */
	#began = 0;
	#begins = new Map<string, number>();
	#ended: number | null = null;
	/** When something was last heard of the kernel, on the clock of this page. */
	#heard = seconds();

	constructor(
		private readonly onChange: Listener,
		private readonly onPiece: (piece: Piece) => void,
		private readonly onGap: () => void,
	) {}

	get total(): number {
		return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
	}

	/** Seconds so far. */
	get elapsed(): number {
		return this.#ended ?? Math.max(0, this.#now() - this.#began);
	}

	/** Seconds so far of a node that runs; null where it is not known. */
	elapsedOf(path: string): number | null {
		const began = this.#begins.get(path);
		return began === undefined ? null : Math.max(0, this.#now() - began);
	}

	/** The moment up to which the run is known to have gone on. */
	#now(): number {
		return this.life === "there" ? seconds() : this.#heard;
	}

	heard(): void {
		this.#heard = seconds();
	}

	takeLife(life: Life): void {
		this.life = life;
		this.onChange(new Set<Part>(["head"]), {});
	}

	/** Take all in; an older one than what is known, or an empty one, changes nothing. */
	takeFrame(frame: Frame | Record<string, never>): void {
		if (frame.seq === undefined || frame.seq <= this.#seq) return;
		this.#seq = frame.seq;
		this.id = frame.id;
		this.name = frame.name;
		this.kind = frame.kind;
		this.phase = frame.phase;
		this.counts = frame.counts;
		this.cancelling = frame.cancelling;
		this.order = frame.rows.map((row) => row.path);
		this.rows = new Map(frame.rows.map((row) => [row.path, row]));
		const isOther = this.svg !== frame.svg;
		this.svg = frame.svg;
		this.#clock(frame.elapsed, frame.running);
		this.onChange(new Set<Part>(isOther ? ["head", "rows", "svg"] : ["head", "rows"]), {});
	}

	/** Take in what is new; where something is missing before it, ask for all. */
	takeChanges(changes: Changes): void {
		if (changes.seq <= this.#seq) return;
		if (changes.seq !== this.#seq + 1) {
			this.onGap();
			return;
		}
		this.#seq = changes.seq;
		const changed = new Set<Part>();
		const { phase, counts, cancelling } = changes;
		if (phase !== undefined || counts !== undefined || cancelling !== undefined) {
			this.phase = phase ?? this.phase;
			this.counts = counts ?? this.counts;
			this.cancelling = cancelling ?? this.cancelling;
			changed.add("head");
		}
		for (const row of changes.rows ?? []) this.rows.set(row.path, row);
		if (changes.order !== undefined) {
			this.order = changes.order;
			const listed = new Set(changes.order);
			for (const path of this.rows.keys()) if (!listed.has(path)) this.rows.delete(path);
		}
		if (changes.rows !== undefined || changes.order !== undefined) changed.add("rows");
		if (changes.svg !== undefined) {
			this.svg = changes.svg;
			changed.add("svg");
		}
		this.#clock(changes.elapsed, changes.running);
		this.onChange(changed, changes);
		if (changes.log !== undefined) this.onPiece(changes.log);
	}

	#clock(elapsed: number, running?: Record<string, number | null>): void {
		const now = seconds();
		this.#began = now - elapsed;
		this.#ended = this.phase === "QUEUED" || this.phase === "RUNNING" ? null : elapsed;
		if (running === undefined) return;
		this.#begins.clear();
		for (const [path, since] of Object.entries(running)) this.#begins.set(path, now - (since ?? 0));
	}
}
