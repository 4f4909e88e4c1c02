type Keys = Partial<Record<"Enter" | "Escape", () => void>>;

/** Acts on Enter and Escape in an element; then neither the page nor the notebook does. */
export function onKeys(target: HTMLElement, signal: AbortSignal, keys: Keys): void {
	target.addEventListener(
		"keydown",
		(event) => {
			if (event.isComposing) return; // they belong to the input method
			const act = keys[event.key as keyof Keys];
			if (act === undefined) return;
			act();
			event.preventDefault();
			event.stopPropagation(); // the notebook has its own plans for these keys
		},
		{ signal },
	);
}
