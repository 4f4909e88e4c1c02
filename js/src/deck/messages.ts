/**
 * What the three documents of a deck page say to each other.
 *
 * The notebook holds the page, the page holds one frame per deck. Both kinds of frame have an
 * opaque origin, so `postMessage` is their only link and "*" their only possible target: nothing
 * that is sent may be a secret, and nothing that arrives is trusted.
 */
export type Theme = "light" | "dark";

export type Message =
	| { flyteNbDeck: "ready" }
	/** To a page: are its scripts still able to answer? */
	| { flyteNbDeck: "ping" }
	| { flyteNbDeck: "pong" }
	| { flyteNbDeck: "height"; px: number }
	| { flyteNbDeck: "theme"; theme: Theme }
	/** To a deck: mark what is looked for, and say where match `at` stands; -1 for none of them. */
	| { flyteNbDeck: "find"; query: string; at: number }
	/** From a deck: how many there are, and where that one is below the top of its document. */
	| { flyteNbDeck: "found"; count: number; px: number }
	/** To a page: what has changed, as `live_changes.ts` reads it; from the beginning on. */
	| { flyteNbDeck: "news"; changes: unknown[]; first: boolean }
	/** To a page: what is the matter with what it shows. */
	| { flyteNbDeck: "notice"; text: string }
	/** To a deck: add these at the end, or put the last in the place of all there is. */
	| { flyteNbDeck: "append"; html: string[]; drawn: boolean }
	/** From a deck: that was done. */
	| { flyteNbDeck: "appended" }
	/** From the page: bring what is there into sight. */
	| { flyteNbDeck: "reveal"; px: number };

export const MIN_HEIGHT_PX = 60;
export const MAX_HEIGHT_PX = 20_000;

/** How many matches of one deck are looked at. */
export const MAX_MATCHES = 1_000;

export function post(target: Window | null, message: Message): void {
	target?.postMessage(message, "*");
}

/** Returns `data` as a message of ours, its height within bounds, or nothing. */
export function read(data: unknown): Message | undefined {
	if (typeof data !== "object" || data === null || !("flyteNbDeck" in data)) return undefined;
	const {
		flyteNbDeck: kind,
		px,
		theme,
		query,
		at,
		count,
		...more
	} = data as Record<string, unknown>;
	if (kind === "ready" || kind === "appended" || kind === "ping" || kind === "pong") {
		return { flyteNbDeck: kind };
	}
	if (kind === "news" && Array.isArray(more.changes)) {
		return { flyteNbDeck: kind, changes: more.changes, first: more.first === true };
	}
	if (kind === "notice" && typeof more.text === "string") {
		return { flyteNbDeck: kind, text: more.text };
	}
	if (kind === "append" && areTexts(more.html)) {
		return { flyteNbDeck: kind, html: more.html, drawn: more.drawn === true };
	}
	if (kind === "theme" && (theme === "light" || theme === "dark")) {
		return { flyteNbDeck: kind, theme };
	}
	if (kind === "find" && typeof query === "string" && Number.isInteger(at)) {
		return { flyteNbDeck: kind, query, at: at as number };
	}
	if (typeof px !== "number" || !Number.isFinite(px)) return undefined;
	if (kind === "height") {
		return { flyteNbDeck: kind, px: Math.ceil(bounded(px, MIN_HEIGHT_PX, MAX_HEIGHT_PX)) };
	}
	if (kind === "reveal") return { flyteNbDeck: kind, px: bounded(px, 0, MAX_HEIGHT_PX) };
	if (kind === "found" && typeof count === "number" && count >= 0 && count <= MAX_MATCHES) {
		return { flyteNbDeck: kind, px: bounded(px, -1, MAX_HEIGHT_PX), count };
	}
	return undefined;
}

/** Returns whether `value` is a list of texts. */
export const areTexts = (value: unknown): value is string[] =>
	Array.isArray(value) && value.every((one) => typeof one === "string");

const bounded = (px: number, least: number, most: number) => Math.min(Math.max(px, least), most);
