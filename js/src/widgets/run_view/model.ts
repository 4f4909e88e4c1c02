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
	/** By which its history is asked for it. */
	id: string;
	name: string;
	kind: string;
	phase: Phase;
	counts: Counts;
	/** Whether it is to end, and has not so far. */
	cancelling: boolean;
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
	cancelling?: boolean;
	rows?: Row[];
	order?: string[];
	running?: Record<string, number | null>;
	svg?: string;
	/** Content of boxes of the graph, by key. */
	boxes?: Record<string, string>;
	/** What is seen in the graph, in words. */
	label?: string;
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

/** The end of it, for a page that does not put it in the place of the view by itself. */
export type Final = { type: "record"; html: string };

/** It is over; who shows it still asks for the end of it. */
export type Over = { type: "over" };

/** A sign of life, where there is nothing to tell. */
export type Alive = { type: "alive" };

export type Message = Changes | Frame | Cancelling | Alive | Over | Final;

/** What it says beside what every view does: `KernelLine`. */
export type Request =
	| { type: "cancel" }
	/** Show what the node at *path* prints; with "", whichever runs. */
	| { type: "select"; path: string };
