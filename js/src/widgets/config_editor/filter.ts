import { element, uniqueId } from "../../shared/element.ts";
import { onKeys } from "../../shared/keys.ts";
import { follow, type Part, settingOf } from "./model.ts";

type FilterPart = Part & { rows: HTMLElement[]; sections: HTMLElement[] };

/** Shows the settings whose names or meaning have all the words that are typed. */
export function filter(part: FilterPart): HTMLElement {
	const { signal, rows, sections } = part;
	const search = element("input", {
		type: "search",
		placeholder: "Search settings",
		ariaLabel: "Search settings",
	});
	const id = uniqueId("only-set");
	const onlySet = element("input", { type: "checkbox", id });
	const count = element("span", { className: "flyte-nb-doc", role: "status" });

	const apply = () => {
		const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
		let shown = 0;
		for (const row of rows) {
			const setting = settingOf({ ...part, name: row.dataset.setting ?? "" });
			const { name, aliases, doc, category, value } = setting;
			const text = [name, ...aliases, doc, category, value].join(" ").toLowerCase();
			const isChanged = row.classList.contains("flyte-nb-changed");
			const isWanted = !onlySet.checked || setting.source !== "default" || setting.isSet;
			const isFound = words.every((word) => text.includes(word));
			row.hidden = !(isFound && (isWanted || isChanged));
			if (!row.hidden) shown += 1;
		}
		for (const section of sections) {
			section.hidden = rows.every((row) => row.hidden || row.parentElement !== section);
		}
		count.textContent = shown === rows.length ? `${shown} settings` : `${shown} of ${rows.length}`;
	};
	search.addEventListener("input", apply, { signal });
	search.addEventListener("search", apply, { signal });
	onKeys(search, signal, {
		Escape: () => {
			search.value = "";
			apply();
		},
	});
	onlySet.addEventListener("change", apply, { signal });
	follow(part, ["settings"], apply);

	return element(
		"div",
		{ className: "flyte-nb-filter", role: "search" },
		search,
		element("label", { htmlFor: id }, onlySet, " only what is set"),
		count,
	);
}
