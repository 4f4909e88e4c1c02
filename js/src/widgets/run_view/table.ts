import { button, element } from "../../shared/element.ts";
import type { Life } from "./life.ts";
import { duration, elapsed, LOOKS, mark } from "./looks.ts";
import type { Row } from "./model.ts";
import type { RunState } from "./state.ts";

type Cell = HTMLTableCellElement;
type Line = {
	root: HTMLTableRowElement;
	told: Row | null;
	life: Life;
	name: HTMLButtonElement;
	phase: Cell;
	attempt: Cell;
	time: Cell;
};

/** The nodes; choosing one shows what it prints. */
export function table(state: RunState, choose: (path: string) => void) {
	const lines = new Map<string, Line>();
	const body = element("tbody", {});
	const columns = ["Node", "Phase", "Attempt", "Time"];
	const heads = columns.map((name) => element("th", { scope: "col", textContent: name }));
	const root = element(
		"div",
		{ className: "flyte-nb-nodes", tabIndex: -1 },
		element(
			"table",
			{ ariaLabel: "Nodes" },
			element("thead", {}, element("tr", {}, ...heads)),
			body,
		),
	);
	const more = element("p", { className: "flyte-nb-faint flyte-nb-more" });
	root.append(more);
	let shown = "";

	root.addEventListener("keydown", (event) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		const buttons = [...body.querySelectorAll("button")];
		const place = buttons.indexOf(event.target as HTMLButtonElement);
		if (step === undefined || place < 0) return;
		event.preventDefault();
		event.stopPropagation(); // the notebook would go to another cell
		buttons[place + step]?.focus();
	});

	function line(row: Row): Line {
		const name = button("", "flyte-nb-node", () => choose(row.path));
		const [phase, attempt] = [element("td", {}), element("td", {})];
		const time = element("td", { className: "flyte-nb-time" });
		const root = element("tr", {}, element("td", {}, name), phase, attempt, time);
		return { root, told: null, life: "there", name, phase, attempt, time };
	}

	function fill(made: Line, row: Row): void {
		const { name, phase, attempt } = made;
		name.textContent = row.name;
		name.title = `${row.kind} ${row.path}: show what it prints`;
		name.style.marginLeft = `${14 * Math.min(row.depth, 6)}px`;
		const look = row.phase === "RUNNING" && state.life === "gone" ? "LOST" : row.phase;
		phase.replaceChildren(mark(look), [LOOKS[look].word, row.cache].filter(Boolean).join(", "));
		if (row.error) {
			phase.append(element("span", { className: "flyte-nb-error", textContent: row.error }));
		}
		attempt.textContent = row.attempt === null ? "" : String(row.attempt);
		attempt.title = row.failures ? `${row.failures} failed` : "";
		made.told = row;
		made.life = state.life;
	}

	function tick(): void {
		for (const [path, { told, time }] of lines) {
			let text = "";
			if (told?.phase === "RUNNING") {
				const soFar = state.elapsedOf(path);
				text = soFar === null ? "" : elapsed(soFar);
			} else if (told && told.seconds !== null) text = duration(told.seconds);
			if (time.textContent !== text) time.textContent = text;
		}
	}

	function update(): void {
		for (const [path, { root: old }] of lines) {
			if (state.rows.has(path)) continue;
			old.remove();
			lines.delete(path);
		}
		let before: Element | null = null;
		for (const path of state.order) {
			const row = state.rows.get(path);
			if (row === undefined) continue;
			const made = lines.get(path) ?? line(row);
			lines.set(path, made);
			if (made.told !== row || made.life !== state.life) fill(made, row);
			const place: Element | null = before ? before.nextElementSibling : body.firstElementChild;
			if (place !== made.root) body.insertBefore(made.root, place);
			before = made.root;
		}
		const hidden = state.total - lines.size;
		more.textContent = hidden > 0 ? `and ${hidden.toLocaleString("en")} more nodes` : "";
		select(shown, isChosen);
		tick();
	}

	let isChosen = false;

	/** Mark the node whose output is shown; *chosen* says that it stays. */
	function select(path: string, chosen: boolean): void {
		shown = path;
		isChosen = chosen;
		for (const [key, one] of lines) {
			one.root.classList.toggle("flyte-nb-shown", key === path);
			one.name.ariaPressed = String(chosen && key === path);
		}
	}

	return { root, update, tick, select };
}
