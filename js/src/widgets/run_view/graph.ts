import { element } from "../../shared/element.ts";
import type { Changes } from "./model.ts";
import type { RunState } from "./state.ts";

/**
 * The graph as the kernel draws it: all text in it is escaped there.
 *
 * A box whose node changes is replaced, so that the rest stays as it is.
 */
export function graph(state: RunState, choose: (path: string) => void) {
	const root = element("div", { className: "flyte-nb-graph" });
	root.addEventListener("click", (event) => {
		const box = (event.target as Element).closest<SVGElement>("[data-box]");
		const path = box?.dataset.box;
		if (path !== undefined && state.rows.has(path)) choose(path);
	});

	function draw(): void {
		const { scrollLeft, scrollTop } = root;
		root.innerHTML = state.svg;
		root.scrollTo(scrollLeft, scrollTop);
		show();
	}

	function change({ boxes = {}, label }: Pick<Changes, "boxes" | "label">): void {
		const svg = root.querySelector("svg");
		if (svg !== null && label !== undefined) {
			svg.ariaLabel = label;
			const title = svg.querySelector(":scope > title");
			if (title !== null) title.textContent = label;
		}
		for (const [key, content] of Object.entries(boxes)) {
			const box = root.querySelector(`[data-box="${CSS.escape(key)}"]`);
			if (box !== null) box.innerHTML = content;
		}
	}

	/** A graph of one node says nothing. */
	function show(): void {
		root.hidden = root.querySelectorAll("[data-box]").length < 2;
	}

	return { root, draw, change };
}
