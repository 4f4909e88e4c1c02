import { button, element } from "../../shared/element.ts";
import { countsInWords, duration, elapsed, isOver, LOOKS, mark, outcome, TOLD } from "./looks.ts";
import type { RunState } from "./state.ts";

const PATIENCE_MS = 1500; // in which the kernel says that it has heard
const INTERRUPTED =
	"What runs is interrupted. Cancel it once more, or press Stop again, and nothing is waited for.";
const FORCED = "Ended; what does not stop by itself goes on unseen.";
const CANCELLING = { look: "ABORTED", word: "cancelling…" } as const;
const SILENT =
	"Its kernel says nothing: it is busy in code that lets nothing else run, or it has ended. What is shown here was so when it last said something.";

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
	let isAsked = false;
	let isForced = false;
	let patience = 0;
	let said = "";

	/** Tell below the bar what became of Cancel; of a kernel that is not there, that comes first. */
	function say(words: string): void {
		said = words;
		const gone = `Its kernel has ended, and the run with it. %flyte_runs show ${state.id} shows what is known of it.`;
		const told = { there: said, silent: SILENT, gone }[state.life];
		if (note.textContent !== told) note.textContent = told;
	}

	/** Whether it is to end, by this button or by the Stop button of its cell. */
	function isEnding(): boolean {
		return (isAsked || state.cancelling) && !isOver(state.phase);
	}

	function press(): void {
		isForced = isEnding();
		isAsked = true;
		cancel();
		update();
		say("Asked to end…");
		clearTimeout(patience);
		patience = setTimeout(() => {
			say("The kernel is busy and does not hear this: press its Stop button, ■");
		}, PATIENCE_MS) as unknown as number;
	}

	function heard(forced: boolean): void {
		clearTimeout(patience);
		isAsked = true;
		isForced ||= forced;
		update();
		say(isForced ? FORCED : INTERRUPTED);
	}

	function tick(): void {
		time.textContent = isOver(state.phase) ? duration(state.elapsed) : elapsed(state.elapsed);
	}

	function update(): void {
		const { look, word } = isEnding() && state.life === "there" ? CANCELLING : outcome(state);
		phase.replaceChildren(mark(look), word);
		phase.dataset.phase = look;
		if (isEnding()) {
			stop.textContent = isForced ? "Forced to end" : "Force to end";
			stop.disabled = isForced;
			said ||= INTERRUPTED;
		}
		title.textContent = state.name;
		title.title = state.kind;
		if (isOver(state.phase)) {
			clearTimeout(patience);
			said = "";
		}
		stop.hidden = isOver(state.phase) || state.life === "gone";
		say(said);
		const { counts, total } = state;
		const done = TOLD.reduce((sum, one) => sum + (isOver(one) ? (counts[one] ?? 0) : 0), 0);
		bar.ariaValueMin = "0";
		bar.ariaValueMax = String(Math.max(1, total));
		bar.ariaValueNow = String(done);
		bar.ariaValueText = countsInWords(counts) || "nothing has begun";
		const then = outcome(state).look === "LOST" ? "when last heard of: " : "";
		sums.textContent = `${then}${countsInWords(counts)}`;
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
