/** What the kernel tells of a run: mirrors flyte_nb/run/views/live.py. */

export type Phase =
	| "QUEUED"
	| "RUNNING"
	| "SUCCEEDED"
	| "FAILED"
	| "ABORTED"
	| "RETRYABLE_FAILURE"
	| "SKIPPED";

export type Row = {
	path: string;
	/** How many nodes it is inside of. */
	depth: number;
	name: string;
	kind: string;
	phase: Phase;
	/** From 1; null where there is none. */
	attempt: number | null;
	/** How many attempts failed. */
	failures: number;
	/** What the cache had, in words. */
	cache: string;
	error: string;
	/** How long it took; null before its end. */
	seconds: number | null;
};

export type Counts = Partial<Record<Phase, number>>;

/** All of a run at a moment. */
export type Frame = {
	type: "frame";
	seq: number;
	name: string;
	kind: string;
	phase: Phase;
	counts: Counts;
	elapsed: number;
	/** How long nodes have taken so far, by path. */
	running: Record<string, number | null>;
	rows: Row[];
	svg: string;
};

/** What is new since the message before. */
export type Changes = {
	type: "changes";
	seq: number;
	elapsed: number;
	phase?: Phase;
	counts?: Counts;
	rows?: Row[];
	order?: string[];
	running?: Record<string, number | null>;
	svg?: string;
	/** Content of boxes of the graph, by key. */
	boxes?: Record<string, string>;
	log?: Piece;
};

/** What a node printed. */
export type Piece = {
	path: string;
	/** Whether it begins a text instead of going on with the one before. */
	begins: boolean;
	/** How many lines were left out before it. */
	skipped: number;
	text: string;
	/** A line that has no end so far. */
	rest: string;
};

export type Cancelling = { type: "cancelling"; forced: boolean };

/** The synced trait of flyte_nb/widgets/run_view.py; empty when the run has ended. */
export type RunModel = { frame: Frame | Record<string, never> };

export type Request =
	| { type: "hello" | "cancel" }
	/** Show what the node at *path* prints; with "", whichever runs. */
	| { type: "select"; path: string };
