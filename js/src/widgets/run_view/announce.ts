import { element } from "../../shared/element.ts";
import { countsInWords, outcome } from "./looks.ts";
import type { RunState } from "./state.ts";

const EVERY_MS = 5000;

/** Says aloud how the run goes: what it comes to and failures at once, the rest now and then. */
export function announce(state: RunState) {
	const root = element("div", { className: "flyte-nb-aloud", role: "status" });
	root.ariaLive = "polite";
	let last = Number.NEGATIVE_INFINITY;
	let failed = 0;
	let phase = "";
	let later = 0;

	function say(): void {
		clearTimeout(later);
		later = 0;
		const sums = state.total > 1 ? `: ${countsInWords(state.counts)}` : "";
		const words = `${state.name} ${outcome(state).word}${sums}`;
		if (words === root.textContent) return;
		last = performance.now();
		root.textContent = words;
	}

	function update(): void {
		const failures = state.counts.FAILED ?? 0;
		const isUrgent = failures > failed || outcome(state).look !== phase;
		failed = failures;
		phase = outcome(state).look;
		const wait = EVERY_MS - (performance.now() - last);
		if (isUrgent || wait <= 0) say();
		else later ||= setTimeout(say, wait) as unknown as number;
	}

	return { root, update, end: () => clearTimeout(later) };
}
