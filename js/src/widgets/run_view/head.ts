import { button, element } from "../../shared/element.ts";
import { countsInWords, duration, elapsed, isOver, LOOKS, mark, TOLD } from "./looks.ts";
import type { RunState } from "./state.ts";

const PATIENCE_MS = 1500; // in which the kernel says that it has heard

/** What is run, how far it is, and the button that ends it. */
export function head(state: RunState, cancel: () => void) {
	const phase = element("span", { className: "flyte-nb-phase" });
	const title = element("strong", { className: "flyte-nb-run-name" });
	const time = element("span", { className: "flyte-nb-faint flyte-nb-time" });
	const stop = button("Cancel", "flyte-nb-button", press);
	const bar = element("div", { className: "flyte-nb-bar", role: "progressbar" });
	bar.ariaLabel = "Nodes that have ended";
	const sums = element("div", { className: "flyte-nb-faint flyte-nb-sums" });
	const note = element("p", { className: "flyte-nb-note", role: "status" });
	const root = element(
		"header",
		{},
		element("div", { className: "flyte-nb-title" }, phase, title, time, stop),
		bar,
		sums,
		note,
	);
	let presses = 0;
	let patience = 0;

	function press(): void {
		presses += 1;
		cancel();
		stop.textContent = presses > 1 ? "Forced to end" : "Force to end";
		stop.disabled = presses > 1;
		note.textContent = "Asked to end…";
		clearTimeout(patience);
		patience = setTimeout(() => {
			note.textContent = "The kernel is busy and does not hear this: press its Stop button, ■";
		}, PATIENCE_MS) as unknown as number;
	}

	function heard(forced: boolean): void {
		clearTimeout(patience);
		note.textContent = forced
			? "Ended; what does not stop by itself goes on unseen."
			: "What runs is interrupted. Once more, and nothing is waited for.";
	}

	function tick(): void {
		time.textContent = isOver(state.phase) ? duration(state.elapsed) : elapsed(state.elapsed);
	}

	function update(): void {
		phase.replaceChildren(mark(state.phase), LOOKS[state.phase].word);
		phase.dataset.phase = state.phase;
		title.textContent = state.name;
		title.title = state.kind;
		if (isOver(state.phase)) {
			clearTimeout(patience);
			stop.hidden = true;
			note.textContent = "";
		}
		const { counts, total } = state;
		const done = TOLD.reduce((sum, one) => sum + (isOver(one) ? (counts[one] ?? 0) : 0), 0);
		bar.ariaValueMin = "0";
		bar.ariaValueMax = String(Math.max(1, total));
		bar.ariaValueNow = String(done);
		bar.ariaValueText = countsInWords(counts) || "nothing has begun";
		sums.textContent = countsInWords(counts);
		bar.replaceChildren(
			...TOLD.filter((one) => counts[one] && one !== "QUEUED").map((one) => {
				const part = element("span", {});
				part.style.width = `${(100 * (counts[one] ?? 0)) / total}%`;
				part.style.background = LOOKS[one].colour;
				part.dataset.phase = one;
				return part;
			}),
		);
		bar.hidden = total < 2;
		sums.hidden = total < 2;
		tick();
	}

	return { root, update, tick, heard, end: () => clearTimeout(patience) };
}
