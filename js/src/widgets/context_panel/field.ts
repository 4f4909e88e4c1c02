import type { AnyModel } from "@anywidget/types";
import { element, uniqueId } from "../../shared/element.ts";
import { onKeys } from "../../shared/keys.ts";
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
	const id = uniqueId(field);
	const label = element("label", { htmlFor: id, textContent: options.label });
	const input = element("input", {
		id,
		placeholder: options.placeholder ?? "",
		autocomplete: "off",
		spellcheck: false,
		autocapitalize: "off",
	});
	// There from the start: only a change in a live region is read out.
	const problem = element("p", { id: `${id}-problem`, role: "alert" });

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
	onKeys(input, signal, { Enter: push, Escape: restore });
	model.on(`change:${field}`, pull);
	model.on("change:problems", showProblem);
	signal.addEventListener("abort", () => {
		model.off(`change:${field}`, pull);
		model.off("change:problems", showProblem);
	});

	return element("div", { className: "flyte-nb-context-field" }, label, input, problem);
}
