type Tab = { label: string; panel: HTMLElement };

type Options = {
	/** Prefix of the ids of tabs and panels. */
	id: string;
	label: string;
	tabs: Tab[];
	selected: number;
	onSelect: (to: number, from: number) => void;
};

/**
 * Makes a row of tabs by the ARIA pattern: arrows, Home and End move and select, Tab enters the
 * panel. See https://www.w3.org/WAI/ARIA/apg/patterns/tabs/.
 */
export function tabList({ id, label, tabs, selected, onSelect }: Options) {
	const element = document.createElement("div");
	element.role = "tablist";
	element.ariaLabel = label;

	const buttons = tabs.map((tab, index) => {
		const button = document.createElement("button");
		button.type = "button";
		button.role = "tab";
		button.id = `${id}-tab-${index}`;
		button.textContent = tab.label;
		button.title = tab.label; // long names are cut short
		tab.panel.role = "tabpanel";
		tab.panel.id = `${id}-panel-${index}`;
		tab.panel.setAttribute("aria-labelledby", button.id);
		button.setAttribute("aria-controls", tab.panel.id);
		button.addEventListener("click", () => select(index));
		return button;
	});
	element.append(...buttons);
	element.addEventListener("keydown", (event) => {
		const to = destination(event.key, selected, tabs.length);
		if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		select(to);
		buttons[to]?.focus({ preventScroll: true }); // would scroll the notebook too
	});

	function show(): void {
		for (const [index, button] of buttons.entries()) {
			const isSelected = index === selected;
			button.ariaSelected = String(isSelected);
			button.tabIndex = isSelected ? 0 : -1;
			const { panel } = tabs[index] ?? {};
			if (panel) panel.hidden = !isSelected;
		}
		reveal(element, buttons[selected]);
	}

	function select(to: number): void {
		if (to === selected) return;
		const from = selected;
		selected = to;
		show();
		onSelect(to, from);
	}

	show();
	return { element, select, selected: () => selected };
}

function destination(key: string, at: number, count: number): number | undefined {
	if (key === "ArrowRight") return (at + 1) % count;
	if (key === "ArrowLeft") return (at - 1 + count) % count;
	if (key === "Home") return 0;
	if (key === "End") return count - 1;
	return undefined;
}

/** Scrolls `row` alone until `tab` is in sight. */
function reveal(row: HTMLElement, tab: HTMLElement | undefined): void {
	if (!tab) return;
	const start = tab.offsetLeft - row.offsetLeft;
	const end = start + tab.offsetWidth;
	if (start < row.scrollLeft) row.scrollLeft = start;
	else if (end > row.scrollLeft + row.clientWidth) row.scrollLeft = end - row.clientWidth;
}
