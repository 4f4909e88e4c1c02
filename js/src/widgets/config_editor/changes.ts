import { button, element } from "../../shared/element.ts";
import { follow, type Part } from "./model.ts";

/** What would be saved: the difference of the file, and the secrets beside it. */
export function changes(part: Part): HTMLElement {
	const { model } = part;
	const title = element("h3", {});
	const secrets = element("p", { className: "flyte-nb-doc" });
	const diff = element("pre", { className: "flyte-nb-diff", tabIndex: 0 });
	diff.ariaLabel = "Changes of the file";
	const save = button("Save", "flyte-nb-button flyte-nb-save", () => part.send({ type: "save" }));
	const revert = button("Revert all", "flyte-nb-button", () => part.send({ type: "revert" }));
	const box = element(
		"section",
		{ className: "flyte-nb-changes", ariaLabel: "Changes" },
		title,
		secrets,
		diff,
		element("div", { className: "flyte-nb-actions" }, save, revert),
	);

	follow(part, ["pending", "secrets", "problems", "diff", "path"], () => {
		const waiting = Object.entries(model.get("secrets"));
		const count = Object.keys(model.get("pending")).length + waiting.length;
		const wrong = Object.keys(model.get("problems")).length;
		box.hidden = count === 0;
		title.textContent = `${count} unsaved ${count === 1 ? "change" : "changes"}`;
		save.disabled = wrong > 0;
		save.title = wrong > 0 ? "Mend what is marked first" : "";
		secrets.textContent = waiting.map(([name, place]) => `${name} → ${place}`).join(", ");
		diff.replaceChildren(...model.get("diff").split("\n").slice(2).map(line));
		diff.hidden = model.get("diff") === "";
	});
	return box;
}

/** A line of a unified diff; its sign stays, so that colour says nothing alone. */
function line(text: string): HTMLElement {
	const tag = text.startsWith("+") ? "ins" : text.startsWith("-") ? "del" : "span";
	return element(tag, { textContent: text || " " });
}
