/** The masked field that `%flyte_secret set` shows. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { button, element, uniqueId } from "../shared/element.ts";
import { onKeys } from "../shared/keys.ts";
import "./secret_field.css";

/**
 * Mirrors the synced traits of flyte_nb/widgets/secret_field.py.
 *
 * The value goes to the kernel as a message, `{type: "keep", value}`, and nowhere else: a trait
 * would be saved with the notebook.
 */
export type SecretModel = {
	/** What the secret is called, e.g. "my-group/api-key". */
	name: string;
	/** Where it will be kept. */
	place: string;
	/** What became of it. */
	notice: { kind?: "done" | "error"; text?: string };
};

type Props = {
	model: AnyModel<SecretModel>;
} & Pick<RenderProps<SecretModel>, "el" | "signal">;

function render({ model, el, signal }: Props): void {
	const id = uniqueId("secret");
	const input = element("input", {
		type: "password",
		id,
		autocomplete: "off",
		placeholder: "Enter keeps it, Escape empties",
	});
	const notice = element("p", { role: "status" });
	const clear = () => {
		input.value = "";
	};
	const keep = () => {
		if (input.value === "") return input.focus();
		model.send({ type: "keep", value: input.value });
		clear();
	};
	onKeys(input, signal, { Enter: keep, Escape: clear });
	const panel = element(
		"div",
		{ className: "flyte-nb-panel flyte-nb-secret-field" },
		element("label", { htmlFor: id, textContent: model.get("name") }),
		input,
		button("Keep", "flyte-nb-button", keep),
		element("span", { textContent: model.get("place") }),
		notice,
	);
	const pull = () => {
		const { kind = "", text = "" } = model.get("notice");
		notice.dataset.kind = kind;
		notice.textContent = text;
	};
	pull();
	model.on("change:notice", pull);
	el.append(panel);
	signal.addEventListener("abort", () => {
		model.off("change:notice", pull);
		clear();
		panel.remove();
	});
}

export default { render };
