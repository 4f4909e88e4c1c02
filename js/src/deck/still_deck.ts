import { element } from "../shared/element.ts";
import { deckFrame } from "./deck_frame.ts";
import type { Theme } from "./messages.ts";
import type { Source } from "./sources.ts";
import { textOf } from "./text.ts";

type Options = {
	/** What the document of each deck begins with. */
	opening: string;
	/** Whether scripts of decks are off. */
	isQuiet: boolean;
	theme: () => Theme;
};

/** A deck that is as it is. */
export class StillDeck {
	readonly section: HTMLElement;
	readonly frame: HTMLIFrameElement;
	#isOpen = false;
	#text: string | undefined;

	constructor(
		private readonly source: Source,
		private readonly options: Options,
	) {
		this.frame = deckFrame(source.name, !options.isQuiet);
		this.section = element("section", {}, heading(source), this.frame);
	}

	open(): void {
		if (this.#isOpen) return;
		this.#isOpen = true;
		this.#load();
	}

	/** Wears the theme anew; a deck with scripts is told of it instead. */
	wear(): void {
		if (this.#isOpen && this.options.isQuiet) this.#load();
	}

	/** What it has to read, without running it. */
	text(): string {
		const { html } = this.source;
		this.#text ??= textOf(new DOMParser().parseFromString(html, "text/html").body);
		return this.#text;
	}

	#load(): void {
		const { opening, isQuiet, theme } = this.options;
		const root = isQuiet ? `<html data-theme="${theme()}">` : "";
		this.frame.srcdoc = root + opening + this.source.html;
	}
}

/** Stands above a deck on paper. */
function heading({ name, group }: Source): HTMLElement {
	const prefix = group ? [element("span", { textContent: `${group} · ` })] : [];
	return element("h2", {}, ...prefix, name);
}
