import type { Counts, Phase } from "./model.ts";
import type { RunState } from "./state.ts";

/** Mirrors flyte_nb/run/views/look.py. */
export const LOOKS: Record<Phase | "LOST", { word: string; colour: string; mark: string }> = {
	QUEUED: { word: "queued", colour: "#868c95", mark: "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10" },
	RUNNING: { word: "running", colour: "#2f80ed", mark: "M3 1.5L10 6L3 10.5Z" },
	SUCCEEDED: { word: "succeeded", colour: "#2a9d5c", mark: "M1 6.5L4.5 10L11 2.5" },
	FAILED: { word: "failed", colour: "#e5484d", mark: "M2 2L10 10M10 2L2 10" },
	ABORTED: { word: "aborted", colour: "#c77d00", mark: "M2 2H10V10H2Z" },
	RETRYABLE_FAILURE: {
		word: "failed, retried",
		colour: "#c77d00",
		mark: "M10.5 6a4.5 4.5 0 1 1-1.6-3.4M9.5 0V3H6.5",
	},
	SKIPPED: { word: "skipped", colour: "#868c95", mark: "M1.5 6H10.5" },
	LOST: {
		word: "lost",
		colour: "#9b6dd6",
		mark: "M3.2 3.8a2.8 2.8 0 1 1 4.2 2.4c-1 .6-1.4 1-1.4 2M6 10.9v.1",
	},
};

/** In which order they are told: what is behind us first. */
export const TOLD: Phase[] = [
	"SUCCEEDED",
	"RUNNING",
	"RETRYABLE_FAILURE",
	"FAILED",
	"ABORTED",
	"QUEUED",
	"SKIPPED",
];

export function isOver(phase: Phase): boolean {
	return phase !== "QUEUED" && phase !== "RUNNING";
}

/** How the run goes: where nothing is heard of it, that. */
export function outcome(state: RunState): { look: keyof typeof LOOKS; word: string } {
	if (isOver(state.phase) || state.life === "there") {
		return { look: state.phase, word: LOOKS[state.phase].word };
	}
	const word = state.life === "gone" ? "lost: its kernel ended" : "no word from its kernel";
	return { look: "LOST", word };
}

export function countsInWords(counts: Counts): string {
	return TOLD.filter((phase) => counts[phase])
		.map((phase) => `${counts[phase]?.toLocaleString("en")} ${LOOKS[phase].word}`)
		.join(", ");
}

/** The mark of a phase, for who sees it: its word stands beside it. */
export function mark(phase: keyof typeof LOOKS): SVGSVGElement {
	const space = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(space, "svg");
	svg.setAttribute("viewBox", "-1 -1 14 14");
	svg.setAttribute("aria-hidden", "true");
	svg.classList.add("flyte-nb-mark");
	svg.dataset.phase = phase;
	const path = document.createElementNS(space, "path");
	path.setAttribute("d", LOOKS[phase].mark);
	path.setAttribute("stroke", LOOKS[phase].colour);
	svg.append(path);
	return svg;
}

/** Seconds in the unit that people would use; mirrors flyte_nb/run/words.py. */
export function duration(seconds: number): string {
	if (seconds < 0.001) return "under 1 ms";
	if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
	if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
	return minutes(seconds);
}

/** The time of something that goes on: whole seconds are enough. */
export function elapsed(seconds: number): string {
	return seconds < 60 ? `${Math.floor(seconds)} s` : minutes(Math.floor(seconds));
}

function minutes(seconds: number): string {
	const whole = Math.round(seconds);
	return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
