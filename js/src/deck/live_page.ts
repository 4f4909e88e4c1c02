import type { DeckGroup } from "./deck_group.ts";
import { type Change, readChanges } from "./live_changes.ts";
import { LiveDeck } from "./live_deck.ts";
import { DeckTabs } from "./tabs.ts";

type Options = {
	/** What the document of each deck begins with. */
	opening: string;
	/** Called when another deck is shown. */
	onShow: () => void;
};

/** A page of decks that are added, grow and go, as it is told. */
export class LivePage {
	readonly tabs: DeckTabs;
	readonly #header = document.createElement("header");
	readonly #title = document.createElement("h1");
	readonly #state = document.createElement("span");
	readonly #groups = new Map<number, DeckGroup>();
	readonly #decks = new Map<number, LiveDeck>();
	readonly #groupOf = new Map<number, number>();

	constructor(
		main: HTMLElement,
		private readonly options: Options,
	) {
		this.#state.role = "status";
		this.#state.className = "state";
		this.#header.append(this.#title, this.#state);
		main.prepend(this.#header);
		this.tabs = new DeckTabs(main, options.onShow);
	}

	get header(): HTMLElement {
		return this.#header;
	}

	/** Takes changes in; the `first` ones begin the page anew. */
	take(changes: unknown[], first: boolean): void {
		if (first) for (const group of [...this.#groups.keys()]) this.#close(group);
		for (const change of readChanges(changes)) this.#takeOne(change);
		this.tabs.load();
	}

	/** Says what is the matter; it is read aloud once, and not with each piece that comes. */
	say(text: string, isGrowing = false): void {
		if (this.#state.textContent !== text) this.#state.textContent = text;
		this.#state.toggleAttribute("data-growing", isGrowing);
	}

	/** The decks whose frames may be there. */
	get decks(): LiveDeck[] {
		return [...this.#decks.values()];
	}

	deckOf(frame: HTMLIFrameElement): LiveDeck | undefined {
		return this.decks.find((deck) => deck.frame === frame);
	}

	#takeOne(change: Change): void {
		if ("title" in change) {
			this.#title.textContent = change.title;
			this.say(change.growing ? "growing while the task runs" : "", change.growing);
		} else if ("label" in change) this.#label(change.group, change.label);
		else if ("close" in change) this.#close(change.group);
		else if ("name" in change) {
			const deck = new LiveDeck(change.name, this.options.opening, change.drawn);
			this.#decks.set(change.deck, deck);
			this.#groupOf.set(change.deck, change.group);
			this.#groups.get(change.group)?.add(change.name, deck);
		} else this.#decks.get(change.deck)?.add(change.html, change.more);
	}

	#label(number: number, label: string): void {
		const group = this.#groups.get(number);
		if (group) group.rename(label);
		else this.#groups.set(number, this.tabs.addGroup(label));
	}

	#close(number: number): void {
		const group = this.#groups.get(number);
		if (group) this.tabs.removeGroup(group);
		this.#groups.delete(number);
		for (const [deck, of] of this.#groupOf) {
			if (of !== number) continue;
			this.#groupOf.delete(deck);
			this.#decks.delete(deck);
		}
	}
}
