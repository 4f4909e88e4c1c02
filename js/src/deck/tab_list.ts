type Tab = { button: HTMLButtonElement; panel: HTMLElement };

type Options = {
	/** Prefix of the ids of tabs and panels. */
	id: string;
	label: string;
	onSelect: (to: number, from: number) => void;
};

/**
 * A row of tabs by the ARIA pattern: arrows, Home and End move and select, Tab enters the panel.
 * Tabs may come and go. See https://www.w3.org/WAI/ARIA/apg/patterns/tabs/.
 */
export class TabList {
	readonly element = document.createElement("div");
	readonly #tabs: Tab[] = [];
	#selected = 0;
	#made = 0;

	constructor(private readonly options: Options) {
		this.element.role = "tablist";
		this.element.ariaLabel = options.label;
		this.element.addEventListener("keydown", (event) => this.#move(event));
	}

	/** Adds a tab; the first one is selected. */
	add(label: string, panel: HTMLElement): HTMLButtonElement {
		const { id } = this.options;
		const button = document.createElement("button");
		const number = this.#made++;
		button.type = "button";
		button.role = "tab";
		button.id = `${id}-tab-${number}`;
		panel.role = "tabpanel";
		panel.id = `${id}-panel-${number}`;
		panel.setAttribute("aria-labelledby", button.id);
		button.setAttribute("aria-controls", panel.id);
		rename(button, label);
		this.#tabs.push({ button, panel });
		button.addEventListener("click", () => this.select(this.#tabs.findIndex(is(button))));
		this.element.append(button);
		setSelected(this.#tabs.length - 1 === this.#selected, button, panel); // the others stay
		return button;
	}

	/** Takes a tab away; the last one is selected where it was that. */
	remove(button: HTMLButtonElement): void {
		const at = this.#tabs.findIndex(is(button));
		this.#tabs.splice(at, 1);
		button.remove();
		if (at < this.#selected) this.#selected -= 1;
		else if (at === this.#selected) this.#selected = Math.max(0, this.#tabs.length - 1);
		this.#update();
	}

	get selected(): number {
		return this.#selected;
	}

	/** Selects a tab without a word to anybody. */
	show(to: number): void {
		this.#selected = to;
		this.#update();
		const button = this.#tabs[to]?.button;
		if (button) reveal(this.element, button);
	}

	select(to: number): void {
		const from = this.#selected;
		if (to === from) return;
		this.show(to);
		this.options.onSelect(to, from);
	}

	#update(): void {
		for (const [index, { button, panel }] of this.#tabs.entries()) {
			setSelected(index === this.#selected, button, panel);
		}
	}

	#move(event: KeyboardEvent): void {
		const to = destination(event.key, this.#selected, this.#tabs.length);
		if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		this.select(to);
		this.#tabs[to]?.button.focus({ preventScroll: true }); // would scroll the notebook too
	}
}

/** Has a tab say something else. */
export function rename(button: HTMLButtonElement, label: string): void {
	button.textContent = label;
	button.title = label; // long names are cut short
}

const is =
	(button: HTMLButtonElement) =>
	(tab: Tab): boolean =>
		tab.button === button;

function destination(key: string, at: number, count: number): number | undefined {
	if (key === "ArrowRight") return (at + 1) % count;
	if (key === "ArrowLeft") return (at - 1 + count) % count;
	if (key === "Home") return 0;
	if (key === "End") return count - 1;
	return undefined;
}

/** Scrolls `row` alone until `tab` is in sight. */
function reveal(row: HTMLElement, tab: HTMLElement): void {
	const start = tab.offsetLeft - row.offsetLeft;
	const end = start + tab.offsetWidth;
	if (start < row.scrollLeft) row.scrollLeft = start;
	else if (end > row.scrollLeft + row.clientWidth) row.scrollLeft = end - row.clientWidth;
}

function setSelected(isSelected: boolean, button: HTMLElement, panel: HTMLElement): void {
	button.ariaSelected = String(isSelected);
	button.tabIndex = isSelected ? 0 : -1;
	panel.hidden = !isSelected;
}
