/** The editor that `%flyte_config edit` shows: every setting, and the changes that wait. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { element } from "../shared/element.ts";
import { changes } from "./config_editor/changes.ts";
import { filePicker } from "./config_editor/file_picker.ts";
import { filter } from "./config_editor/filter.ts";
import { connect, type EditorModel } from "./config_editor/model.ts";
import { notice } from "./config_editor/notice.ts";
import { settingRow } from "./config_editor/row.ts";
import "./config_editor.css";

type Props = {
	model: AnyModel<EditorModel>;
} & Pick<RenderProps<EditorModel>, "el" | "signal">;

function render({ model, el, signal }: Props): void {
	const part = connect(model, signal);
	const sections = new Map<string, HTMLElement>();
	const rows = model.get("settings").map((setting) => {
		const row = settingRow({ ...part, name: setting.name });
		const section = sections.get(setting.category) ?? category(setting.category);
		sections.set(setting.category, section);
		section.append(row);
		return row;
	});
	const list = element("div", { className: "flyte-nb-settings" }, ...sections.values());
	const panel = element(
		"section",
		{ className: "flyte-nb-panel flyte-nb-config", ariaLabel: "Flyte configuration" },
		element(
			"header",
			{},
			filePicker(part),
			filter({ ...part, rows, sections: [...sections.values()] }),
		),
		list,
		changes(part),
		notice(part),
	);
	el.append(panel);
	signal.addEventListener("abort", () => panel.remove());
}

function category(name: string): HTMLElement {
	const title = element("h3", { textContent: name });
	return element("section", { ariaLabel: name }, title);
}

export default { render };
