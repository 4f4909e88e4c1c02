/** The editor that `%flyte_context edit` shows: project, domain and execution name. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { button, element } from "../shared/element.ts";
import { contextField, type FieldName } from "./context_panel/field.ts";
import "./context_panel.css";

/**
 * Mirrors the synced traits of flyte_nb/widgets/context_panel.py.
 *
 * They flow one way: the kernel is the truth and says what it accepted. What is typed goes to it
 * as a message, `{type: "set", field, value}` or `{type: "reset"}`.
 */
export type ContextModel = {
	project: string;
	domain: string;
	/** "" for a fresh name with each run. */
	name: string;
	/** Field to what is wrong with the value last typed there. */
	problems: Partial<Record<FieldName, string>>;
};

type Props = {
	model: AnyModel<ContextModel>;
} & Pick<RenderProps<ContextModel>, "el" | "signal">;

function render({ model, el, signal }: Props): void {
	const reset = button("Reset", "flyte-nb-button", () => model.send({ type: "reset" }));
	reset.title = "Back to the defaults";
	const panel = element(
		"div",
		{ className: "flyte-nb-panel flyte-nb-context", role: "group", ariaLabel: "Flyte context" },
		contextField({ model, signal, field: "project", label: "Project" }),
		contextField({ model, signal, field: "domain", label: "Domain" }),
		contextField({
			model,
			signal,
			field: "name",
			label: "Execution name",
			placeholder: "fresh for each run",
		}),
		reset,
	);
	el.append(panel);
	signal.addEventListener("abort", () => panel.remove());
}

export default { render };
