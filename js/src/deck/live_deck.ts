import { element } from "../shared/element.ts";
import { deckFrame } from "./deck_frame.ts";
import { post } from "./messages.ts";
import { textOf } from "./text.ts";

/** Characters that a frame gets at a time: it takes them in without a pause to notice. */
const BATCH = 24_000;

/**
 * A deck that grows: keeps its pieces, and gives them to its frame when that is there.
 *
 * A frame is there once its tab is opened, and again if the deck has loaded it anew.
 */
export class LiveDeck {
	readonly section: HTMLElement;
	readonly frame: HTMLIFrameElement;
	#pieces: string[] = [];
	#part = "";
	#given = 0;
	#isReady = false;
	#isBusy = false;
	#text = "";
	#read = 0;
	#opening: string | undefined;

	/**
	 * @param opening what its document begins with.
	 * @param drawn whether each piece stands for the whole deck.
	 */
	constructor(
		name: string,
		opening: string,
		private readonly drawn: boolean,
	) {
		this.#opening = opening;
		this.frame = deckFrame(name, true);
		this.section = element("section", {}, this.frame);
	}

	open(): void {
		if (this.#opening !== undefined) this.frame.srcdoc = this.#opening;
		this.#opening = undefined;
	}

	/** Takes pieces in; where there is `more`, the last of them goes on with the next. */
	add(html: string[], more: boolean): void {
		const [first = "", ...others] = html;
		const pieces = [this.#part + first, ...others];
		this.#part = more ? (pieces.pop() ?? "") : "";
		if (pieces.length === 0) return;
		if (this.drawn) {
			this.#pieces = pieces.slice(-1);
			this.#given = this.#read = 0;
			this.#text = "";
		} else for (const piece of pieces) this.#pieces.push(piece);
		this.#give();
	}

	/** Its document is there, with nothing in it. */
	ready(): void {
		this.frame.classList.remove("awaiting");
		this.#isReady = true;
		this.#isBusy = false;
		this.#given = 0;
		this.#give();
	}

	/** Its document has taken in what it was given. */
	appended(): void {
		this.#isBusy = false;
		this.#give();
	}

	/** What it has to read so far; a piece is parsed once, and not run. */
	text(): string {
		for (const piece of this.#pieces.slice(this.#read)) {
			this.#text += `${textOf(new DOMParser().parseFromString(piece, "text/html").body)}\0`;
		}
		this.#read = this.#pieces.length;
		return this.#text;
	}

	#give(): void {
		if (!this.#isReady || this.#isBusy || this.#given === this.#pieces.length) return;
		const html: string[] = [];
		for (let size = 0; size < BATCH && this.#given < this.#pieces.length; this.#given += 1) {
			const piece = this.#pieces[this.#given] ?? "";
			size += piece.length;
			html.push(piece);
		}
		this.#isBusy = true;
		post(this.frame.contentWindow, { flyteNbDeck: "append", html, drawn: this.drawn });
	}
}
