import { tabList } from "./tab_list.ts";

/**
 * Turns the stacked sections in `main` into tabs, in one more row of tabs when they belong to
 * several groups (the attempts of a run). The last group and its first deck are shown first.
 *
 * Ids are fixed: this document belongs to the page alone.
 */
export function showTabs(main: HTMLElement): void {
	const groups = new Map<string, HTMLElement[]>();
	for (const section of main.querySelectorAll<HTMLElement>(":scope > section")) {
		const group = section.dataset.group ?? "";
		groups.set(group, [...(groups.get(group) ?? []), section]);
	}
	if (groups.size === 0) return;
	document.documentElement.classList.add("tabbed");

	const shown = [...groups].map(([label, sections], index) => deckTabs(label, sections, index));
	main.append(...shown.map(({ panel }) => panel));
	shown.at(-1)?.load();
	if (shown.length === 1) return;

	const attempts = tabList({
		id: "group",
		label: "Attempts",
		tabs: shown.map(({ label, panel }) => ({ label: label || "Other", panel })),
		selected: shown.length - 1,
		// The same deck of the other attempt, to compare.
		onSelect: (to, from) => shown[to]?.selectNamed(shown[from]?.selectedName() ?? ""),
	});
	attempts.element.classList.add("groups");
	(main.querySelector("header") ?? main).append(attempts.element);
}

function deckTabs(label: string, sections: HTMLElement[], index: number) {
	const names = sections.map((section) => section.dataset.name ?? "");
	const list = tabList({
		id: `deck-${index}`,
		label: label ? `Decks of ${label}` : "Decks",
		tabs: sections.map((panel, i) => ({ label: names[i] ?? "", panel })),
		selected: 0,
		onSelect: () => load(),
	});
	const panel = document.createElement("div");
	panel.className = "group";
	panel.append(list.element, ...sections);

	// Frames load on demand; the chosen one also when it is scrolled out of sight, so that a page
	// has its final height, and a print its content, without scrolling there.
	function load(): void {
		const frame = sections[list.selected()]?.querySelector("iframe");
		if (frame) frame.loading = "eager";
	}
	return {
		label,
		panel,
		load,
		selectedName: () => names[list.selected()] ?? "",
		selectNamed: (name: string) => {
			const same = names.indexOf(name);
			if (same >= 0) list.select(same);
			load();
		},
	};
}
