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
	| { flyteNbDeck: "height"; px: number }
	| { flyteNbDeck: "theme"; theme: Theme };

export const MIN_HEIGHT_PX = 60;
export const MAX_HEIGHT_PX = 20_000;

export function post(target: Window | null, message: Message): void {
	target?.postMessage(message, "*");
}

/** Returns `data` as a message of ours, its height within bounds, or nothing. */
export function read(data: unknown): Message | undefined {
	if (typeof data !== "object" || data === null || !("flyteNbDeck" in data)) return undefined;
	const { flyteNbDeck: kind, px, theme } = data as Record<string, unknown>;
	if (kind === "ready") return { flyteNbDeck: kind };
	if (kind === "theme" && (theme === "light" || theme === "dark")) {
		return { flyteNbDeck: kind, theme };
	}
	if (kind === "height" && typeof px === "number" && Number.isFinite(px)) {
		const bounded = Math.min(Math.max(px, MIN_HEIGHT_PX), MAX_HEIGHT_PX);
		return { flyteNbDeck: kind, px: Math.ceil(bounded) };
	}
	return undefined;
}
