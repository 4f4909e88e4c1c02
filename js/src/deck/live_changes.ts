import { areTexts } from "./messages.ts";

/** What changes on a page of decks that grow; flyte_nb/decks/live.py says what each means. */
export type Change =
	| { title: string; growing: boolean }
	| { group: number; label: string }
	| { group: number; close: true }
	| { group: number; deck: number; name: string; drawn: boolean }
	| { deck: number; html: string[]; more: boolean };

/** Returns those of `changes` that are some. */
export function readChanges(changes: unknown[]): Change[] {
	return changes.filter((change): change is Change => {
		if (typeof change !== "object" || change === null) return false;
		const { title, group, label, close, deck, name, html } = change as Record<string, unknown>;
		if (typeof title === "string") return true;
		if (typeof deck === "number" && areTexts(html)) return true;
		if (typeof group !== "number") return false;
		return (
			typeof label === "string" ||
			close === true ||
			(typeof deck === "number" && typeof name === "string")
		);
	});
}
