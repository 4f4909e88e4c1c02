/** How sure one can be that the kernel is there. */
export type Life = "there" | "silent" | "gone";

/** The kernel says something every two seconds; counted in ticks of the view, of one second. */
const ASK_AFTER = 5;
const SILENT_AFTER = 10;
/** When it has not answered to Cancel, one does not want to wait for long. */
const UNANSWERED_AFTER = 3;

/**
 * Tells by what is heard of the kernel whether it is there.
 *
 * Ticks are counted and no time is measured: a laptop that slept has not been left without word.
 *
 * @param ask Asks the kernel for an answer.
 * @param onChange Called when it is another life than before.
 */
export function life(ask: () => void, onChange: (now: Life) => void) {
	let now: Life = "there";
	let ticks = 0;

	function become(next: Life): void {
		if (now === next || now === "gone") return;
		now = next;
		onChange(now);
	}

	return {
		heard(): void {
			ticks = 0;
			become("there");
		},
		tick(): void {
			if (now === "gone") return;
			ticks += 1;
			if (ticks >= ASK_AFTER) ask();
			if (ticks >= SILENT_AFTER) become("silent");
		},
		/** Something must be answered soon. */
		expect(): void {
			ticks = Math.max(ticks, SILENT_AFTER - UNANSWERED_AFTER);
		},
		/** Nothing can be said to the kernel any more. */
		gone: () => become("gone"),
	};
}
