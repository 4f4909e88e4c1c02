import { DeckGroup, type Shown } from "./deck_group.ts";
import type { Searched } from "./search.ts";
import { TabList } from "./tab_list.ts";

/**
 * Decks as tabs, in one more row of tabs when they belong to several groups: the attempts of a
 * run. The last group and its first deck are shown until somebody chooses another one.
 *
 * Ids are fixed: this document belongs to the page alone.
 */
export class DeckTabs {
	readonly #groups: DeckGroup[] = [];
	readonly #list: TabList;
	#isChosen = false;
	#made = 0;

	/** @param onShow called when another deck is shown. */
	constructor(
		private readonly main: HTMLElement,
		private readonly onShow = () => {},
	) {
		document.documentElement.classList.add("tabbed");
		this.#list = new TabList({
			id: "group",
			label: "Tasks and attempts",
			// The same deck of the other attempt, to compare.
			onSelect: (to, from) => {
				this.#isChosen = true;
				this.#groups[to]?.selectNamed(this.#groups[from]?.selectedName ?? "");
				onShow();
			},
		});
		this.#list.element.classList.add("groups");
	}

	addGroup(label: string): DeckGroup {
		const group = new DeckGroup(label, this.#made++, () => {
			this.#isChosen = true;
			this.onShow();
		});
		this.#groups.push(group);
		this.main.append(group.panel);
		const { length } = this.#groups;
		if (length > 1 && !this.#list.element.parentNode) {
			(this.main.querySelector("header") ?? this.main).append(this.#list.element);
		}
		if (length === 2) for (const one of this.#groups) this.#addTab(one);
		else if (length > 2) this.#addTab(group);
		if (length > 1 && !this.#isChosen) this.#list.show(length - 1);
		return group;
	}

	removeGroup(group: DeckGroup): void {
		const at = this.#groups.indexOf(group);
		this.#groups.splice(at, 1);
		group.panel.remove();
		if (group.tab) this.#list.remove(group.tab);
		const [last] = this.#groups;
		if (this.#groups.length !== 1 || !last?.tab) return;
		this.#list.remove(last.tab); // one alone needs no tab
		this.#list.element.remove();
		last.tab = undefined;
		last.panel.hidden = false;
	}

	/** Loads the deck that is shown. */
	load(): void {
		this.#groups[this.#groups.length > 1 ? this.#list.selected : 0]?.load();
	}

	/** Returns the decks in their order. */
	searched(): Searched[] {
		return this.#groups.flatMap((group, at) => group.searched(() => this.#list.select(at)));
	}

	#addTab(group: DeckGroup): void {
		group.tab = this.#list.add(group.label || "Other", group.panel);
	}
}

/** Shows decks, each in its group, as tabs in `main`. */
export function showTabs(
	main: HTMLElement,
	decks: { name: string; group: string; shown: Shown }[],
	onShow = () => {},
): Searched[] {
	if (decks.length === 0) return [];
	const tabs = new DeckTabs(main, onShow);
	const groups = new Map<string, DeckGroup>();
	for (const { name, group: label, shown } of decks) {
		const group = groups.get(label) ?? tabs.addGroup(label);
		groups.set(label, group);
		group.add(name, shown);
	}
	tabs.load();
	return tabs.searched();
}
