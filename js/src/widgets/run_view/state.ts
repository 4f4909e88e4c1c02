import type { Changes, Counts, Frame, Phase, Piece, Row } from "./model.ts";

export type Part = "head" | "rows" | "svg";
type Listener = (changed: Set<Part>, boxes: Record<string, string>) => void;

const seconds = () => performance.now() / 1000;

/** The run as far as it is known here, put together from frames and changes. */
export class RunState {
	name = "";
	kind = "";
	phase: Phase = "QUEUED";
	counts: Counts = {};
	order: string[] = [];
	rows = new Map<string, Row>();
	svg = "";
	#seq = -1;
	/** When it began, and when its nodes did, on the clock of this page. */
	#began = 0;
	#begins = new Map<string, number>();
	#ended: number | null = null;

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
		return this.#ended ?? Math.max(0, seconds() - this.#began);
	}

	/** Seconds so far of a node that runs; null where it is not known. */
	elapsedOf(path: string): number | null {
		const began = this.#begins.get(path);
		return began === undefined ? null : Math.max(0, seconds() - began);
	}

	/** Take all in; an older one than what is known, or an empty one, changes nothing. */
	takeFrame(frame: Frame | Record<string, never>): void {
		if (frame.seq === undefined || frame.seq <= this.#seq) return;
		this.#seq = frame.seq;
		this.name = frame.name;
		this.kind = frame.kind;
		this.phase = frame.phase;
		this.counts = frame.counts;
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
		if (changes.phase !== undefined || changes.counts !== undefined) {
			this.phase = changes.phase ?? this.phase;
			this.counts = changes.counts ?? this.counts;
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
		this.onChange(changed, changes.boxes ?? {});
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
