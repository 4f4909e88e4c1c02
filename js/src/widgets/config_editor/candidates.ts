import { element, uniqueId } from "../../shared/element.ts";
import { onKeys } from "../../shared/keys.ts";
import { type Candidate, follow, type Part, settingOf } from "./model.ts";

/** Where the value in force comes from, as a coloured word; hover or focus lists all there are. */
export function candidateLabel(part: Part & { name: string }): HTMLElement {
	const { signal } = part;
	const list = element("div", { id: uniqueId("candidates"), className: "flyte-nb-candidates" });
	list.role = "tooltip";
	list.popover = "manual"; // in the top layer: no scrolling box cuts it off
	const label = element("button", { type: "button", className: "flyte-nb-source" });
	label.setAttribute("aria-describedby", list.id);
	const stronger = element("span", { className: "flyte-nb-doc" });
	const box = element("span", { className: "flyte-nb-source-box" }, label, stronger, list);

	const show = () => {
		if (!list.isConnected || list.matches(":popover-open")) return;
		list.showPopover();
		place(list, label.getBoundingClientRect());
	};
	const hide = () => {
		if (list.isConnected && list.matches(":popover-open")) list.hidePopover();
	};
	box.addEventListener("mouseenter", show, { signal });
	box.addEventListener("mouseleave", hide, { signal });
	label.addEventListener("focus", show, { signal });
	label.addEventListener("blur", hide, { signal });
	label.addEventListener("click", show, { signal });
	onKeys(label, signal, { Escape: hide });
	signal.addEventListener("abort", hide);
	// Fixed to the window: what scrolls below it would leave it behind.
	window.addEventListener("scroll", hide, { signal, capture: true, passive: true });

	follow(part, ["settings"], () => {
		const setting = settingOf(part);
		label.textContent = setting.source;
		label.dataset.source = setting.source.replace(/ file$/, "").toLowerCase();
		// Beside an input with another value, the one in force is what a user must not miss.
		const isOther = setting.source === "environment" && setting.value !== setting.text;
		stronger.textContent = isOther ? `in force: ${setting.value || "nothing"}` : "";
		list.replaceChildren(table(setting.candidates));
	});
	return box;
}

function place(list: HTMLElement, label: DOMRect): void {
	const { width, height } = list.getBoundingClientRect();
	const below = label.bottom + 4;
	const top = below + height > window.innerHeight ? label.top - height - 4 : below;
	const left = Math.min(label.right - width, window.innerWidth - width - 8);
	list.style.top = `${Math.max(8, top)}px`;
	list.style.left = `${Math.max(8, left)}px`;
}

function table(candidates: Candidate[]): HTMLElement {
	const rows = candidates.map((candidate) => {
		const cells = [
			candidate.inForce ? "in force" : "",
			candidate.where,
			candidate.value || "nothing",
			candidate.problem,
		];
		const row = element("tr", {}, ...cells.map((text) => element("td", { textContent: text })));
		row.className = candidate.inForce ? "flyte-nb-in-force" : "";
		return row;
	});
	return element("table", {}, element("tbody", {}, ...rows));
}
