import { button, element, uniqueId } from "../../shared/element.ts";
import { candidateLabel } from "./candidates.ts";
import { control } from "./control.ts";
import { follow, type Part, settingOf } from "./model.ts";
import { secretControl } from "./secret_control.ts";

/** One setting: its name and meaning, its value in the file, and what is in force. */
export function settingRow(part: Part & { name: string }): HTMLElement {
	const { model, name } = part;
	const setting = () => settingOf(part);
	const id = uniqueId("setting");
	const problem = element("p", {
		id: `${id}-problem`,
		className: "flyte-nb-problem",
		role: "alert",
	});
	const isSecret = setting().kind === "secret";
	const input = (isSecret ? secretControl : control)({ ...part, id, problemId: problem.id });

	const label = element("label", { htmlFor: id }, element("code", { textContent: name }));
	const doc = element("span", { textContent: setting().doc, className: "flyte-nb-doc" });
	const undo = button("Undo", "flyte-nb-link", () => {
		part.send({ type: "withdraw", setting: name });
		input.focus();
	});
	undo.ariaLabel = `Undo the change of ${name}`;

	const row = element(
		"div",
		{ className: "flyte-nb-setting" },
		element("div", { className: "flyte-nb-name" }, label, doc),
		input.element,
		element("div", { className: "flyte-nb-state" }, candidateLabel(part), undo),
		problem,
	);
	row.dataset.setting = name;

	follow(part, ["pending", "secrets", "problems", "settings"], () => {
		const isChanged = name in model.get("pending") || name in model.get("secrets");
		row.classList.toggle("flyte-nb-changed", isChanged);
		undo.hidden = !isChanged;
		problem.textContent = model.get("problems")[name] ?? setting().refusal;
		problem.classList.toggle("flyte-nb-refusal", !(name in model.get("problems")));
	});
	return row;
}
