import { button, element, uniqueId } from "../../shared/element.ts";
import { onKeys } from "../../shared/keys.ts";
import { follow, type Part } from "./model.ts";

const OTHER = "\0other"; // no path has it

/** The file that is edited: one of those that are there, or another, which may be new. */
export function filePicker(part: Part): HTMLElement {
	const { model, signal } = part;
	const id = uniqueId("file");
	const select = element("select", { id });
	const path = element("input", {
		placeholder: "~/.flyte/config-NAME.yaml",
		ariaLabel: "Path of another file",
		spellcheck: false,
		autocomplete: "off",
	});
	const open = () => {
		if (path.value.trim()) part.send({ type: "open", path: path.value.trim() });
	};
	const other = element(
		"span",
		{ className: "flyte-nb-other", hidden: true },
		path,
		button("Open", "flyte-nb-button", open),
	);
	select.addEventListener(
		"change",
		() => {
			other.hidden = select.value !== OTHER;
			if (select.value === OTHER) path.focus();
			else part.send({ type: "open", path: select.value });
		},
		{ signal },
	);
	onKeys(path, signal, { Enter: open });
	follow(part, ["files", "path"], () => {
		select.replaceChildren(
			...model.get("files").map((file) =>
				element("option", {
					value: file.path,
					textContent: file.inForce ? `${file.label} (in force)` : file.label,
				}),
			),
			element("option", { value: OTHER, textContent: "Another file…" }),
		);
		select.value = model.get("path");
		select.title = model.get("path");
		other.hidden = true;
		path.value = "";
	});
	return element(
		"div",
		{ className: "flyte-nb-file" },
		element("label", { htmlFor: id, textContent: "File" }),
		select,
		other,
	);
}
