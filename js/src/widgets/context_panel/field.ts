import type { AnyModel } from "@anywidget/types";
import type { ContextModel } from "../context_panel.ts";

export type FieldName = "project" | "domain" | "name";

type Options = {
	model: AnyModel<ContextModel>;
	signal: AbortSignal;
	field: FieldName;
	label: string;
	placeholder?: string;
};

/** A labelled input that proposes values to the kernel and shows the kernel's answer. */
export function contextField(options: Options): HTMLElement {
	const { model, signal, field } = options;
	const id = `flyte-nb-${field}-${Math.random().toString(36).slice(2)}`; // views share one page

	const label = document.createElement("label");
	label.htmlFor = id;
	label.textContent = options.label;

	const input = document.createElement("input");
	input.id = id;
	input.placeholder = options.placeholder ?? "";
	input.autocomplete = "off";
	input.spellcheck = false;
	input.autocapitalize = "off";

	const problem = document.createElement("p");
	problem.id = `${id}-problem`;
	problem.role = "alert"; // there from the start: only a change in a live region is read out

	let isEdited = false;
	const pull = () => {
		if (!isEdited) input.value = model.get(field);
	};
	const push = () => {
		isEdited = false;
		input.value = input.value.trim();
		model.send({ type: "set", field, value: input.value });
	};
	const restore = () => {
		const wasRefused = Boolean(model.get("problems")[field]);
		isEdited = false;
		pull();
		if (wasRefused) push(); // so that the kernel drops its complaint
	};
	const showProblem = () => {
		problem.textContent = model.get("problems")[field] ?? "";
		const isInvalid = problem.textContent !== "";
		if (isInvalid) {
			input.setAttribute("aria-invalid", "true");
			input.setAttribute("aria-describedby", problem.id);
		} else {
			input.removeAttribute("aria-invalid");
			input.removeAttribute("aria-describedby");
		}
	};
	pull();
	showProblem();

	input.addEventListener(
		"input",
		() => {
			isEdited = true;
		},
		{ signal },
	);
	input.addEventListener("blur", () => isEdited && push(), { signal });
	input.addEventListener(
		"keydown",
		(event) => {
			if (event.isComposing) return; // Enter and Escape belong to the input method
			if (event.key === "Enter") push();
			else if (event.key === "Escape") restore();
			else return;
			event.preventDefault();
			event.stopPropagation(); // the notebook has its own plans for these keys
		},
		{ signal },
	);
	model.on(`change:${field}`, pull);
	model.on("change:problems", showProblem);
	signal.addEventListener("abort", () => {
		model.off(`change:${field}`, pull);
		model.off("change:problems", showProblem);
	});

	const row = document.createElement("div");
	row.className = "flyte-nb-context-field";
	row.append(label, input, problem);
	return row;
}
