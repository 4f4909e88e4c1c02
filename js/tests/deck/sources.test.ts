import { beforeEach, expect, test } from "vitest";
import { takeSources } from "../../src/deck/sources.ts";

beforeEach(() => {
	document.body.replaceChildren();
});

function page(index: unknown, text: string): void {
	const script = document.createElement("script");
	script.type = "application/json";
	script.textContent = JSON.stringify(index);
	const plain = document.createElement("plaintext");
	plain.textContent = text;
	document.body.append(script, plain);
}

test("takes each deck out of the text, in pieces that decks may share", () => {
	page(
		{
			lengths: [3, 4, 2],
			decks: [
				{ name: "a", group: "", segments: [0, 1] },
				{ name: "b", group: "g", segments: [0, 2] },
				{ name: "c", group: "", segments: [] },
			],
		},
		"LIB<p>\u{1F600}",
	);
	expect(takeSources()).toEqual([
		{ name: "a", group: "", html: "LIB<p>\uD83D" },
		{ name: "b", group: "g", html: "LIB\uDE00" },
		{ name: "c", group: "", html: "" },
	]);
	expect(document.querySelector("plaintext")).toBeNull();
});

test("finds nothing where there is nothing", () => {
	expect(takeSources()).toEqual([]);
});
