import type { Searched } from "./search.ts";
import { rename, TabList } from "./tab_list.ts";

/** What a tab shows. */
export type Shown = {
	section: HTMLElement;
	/** Stands in the section. */
	frame: HTMLIFrameElement;
	/** Loads what is in the frame; a second call does nothing. */
	open(): void;
	/** Returns what there is to read in it. */
	text(): string;
};

type Deck = { name: string; tab: HTMLButtonElement; shown: Shown };

/** The decks of one attempt: a row of tabs, and the section of each. */
export class DeckGroup {
	readonly panel = document.createElement("div");
	/** Its own tab, where there are other groups. */
	tab: HTMLButtonElement | undefined;
	readonly #decks: Deck[] = [];
	readonly #list: TabList;

	constructor(
		public label: string,
		number: number,
		onShow: () => void,
	) {
		this.#list = new TabList({
			id: `deck-${number}`,
			label: label ? `Decks of ${label}` : "Decks",
			onSelect: () => {
				this.load();
				onShow();
			},
		});
		this.panel.className = "group";
		this.panel.append(this.#list.element);
	}

	add(name: string, shown: Shown): void {
		const tab = this.#list.add(name, shown.section);
		this.#decks.push({ name, tab, shown });
		this.panel.append(shown.section);
	}

	rename(label: string): void {
		this.label = label;
		this.#list.element.ariaLabel = label ? `Decks of ${label}` : "Decks";
		if (this.tab) rename(this.tab, label || "Other");
	}

	/** Loads the chosen deck; the others wait until they are, as browsers load hidden frames too. */
	load(): void {
		this.#decks[this.#list.selected]?.shown.open();
	}

	get selectedName(): string {
		return this.#decks[this.#list.selected]?.name ?? "";
	}

	selectNamed(name: string): void {
		const same = this.#decks.findIndex((deck) => deck.name === name);
		if (same >= 0) this.#list.show(same);
		this.load();
	}

	/** Returns its decks as the search knows them; `show` shows this group. */
	searched(show: () => void): Searched[] {
		return this.#decks.map(({ tab, shown }, i) => ({
			frame: shown.frame,
			text: () => shown.text(),
			show: () => {
				show();
				this.#list.select(i);
			},
			isShown: () => !this.panel.hidden && this.#list.selected === i,
			mark: (matches) => mark(tab, matches),
		}));
	}
}

function mark(tab: HTMLElement, matches: number | undefined): void {
	tab.toggleAttribute("data-none", matches === 0);
	if (matches) tab.dataset.matches = matches.toLocaleString("en");
	else delete tab.dataset.matches;
	tab.ariaLabel = matches ? `${tab.textContent}, ${matches} found` : null;
}
