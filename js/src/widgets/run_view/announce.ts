import { element } from "../../shared/element.ts";
import { countsInWords, isOver, LOOKS } from "./looks.ts";
import type { RunState } from "./state.ts";

const EVERY_MS = 5000;

/** Says aloud how the run goes: failures and its end at once, the rest now and then. */
export function announce(state: RunState) {
	const root = element("div", { className: "flyte-nb-aloud", role: "status" });
	root.ariaLive = "polite";
	let said = "";
	let last = Number.NEGATIVE_INFINITY;
	let failed = 0;

	function update(): void {
		const failures = state.counts.FAILED ?? 0;
		const isUrgent = failures > failed || isOver(state.phase);
		if (!isUrgent && performance.now() - last < EVERY_MS) return;
		failed = failures;
		const sums = state.total > 1 ? `: ${countsInWords(state.counts)}` : "";
		const words = `${state.name} ${LOOKS[state.phase].word}${sums}`;
		if (words === said) return;
		said = words;
		last = performance.now();
		root.textContent = words;
	}

	return { root, update };
}
