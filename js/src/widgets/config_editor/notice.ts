import { button, element } from "../../shared/element.ts";
import { follow, type Part } from "./model.ts";

const PATIENCE = 3000; // ms that an answer may take before the user is told why it does

/** The kernel's answer: what was saved, what went wrong, or that it is busy. */
export function notice(part: Part): HTMLElement {
	const { model, signal } = part;
	const text = element("pre", {});
	const again = button("Look at the file again, keep my changes", "flyte-nb-button", () =>
		part.send({ type: "refresh" }),
	);
	const box = element("div", { className: "flyte-nb-notice", role: "status" }, text, again);

	follow(part, ["notice"], () => {
		const { kind = "", text: said = "" } = model.get("notice");
		box.dataset.kind = kind;
		text.textContent = said;
		again.hidden = kind !== "conflict";
	});

	let timer: number | undefined;
	const wait = () => {
		clearTimeout(timer);
		timer = window.setTimeout(() => {
			box.dataset.kind = "busy";
			text.textContent = "The kernel is busy: it answers when the running cell ends.";
		}, PATIENCE);
	};
	const stop = () => {
		clearTimeout(timer);
		if (box.dataset.kind !== "busy") return;
		box.dataset.kind = "";
		text.textContent = "";
	};
	part.onSend(wait);
	model.on("change:answered", stop);
	signal.addEventListener("abort", () => {
		clearTimeout(timer);
		model.off("change:answered", stop);
	});
	return box;
}
