import { expect, it } from "vitest";
import { read } from "../../src/deck/messages.ts";

const height = (px: unknown) => read({ flyteNbDeck: "height", px });

it("bounds a height, in whole pixels", () => {
	expect([1e12, -3, 100.2].map(height)).toEqual(
		[20_000, 60, 101].map((px) => ({ flyteNbDeck: "height", px })),
	);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, "100", null, undefined, [100], { valueOf: 1 }])(
	"takes %j for no height",
	(px) => expect(height(px)).toBeUndefined(),
);

it.each([undefined, null, 1, "height", [], { theme: "dark" }, { flyteNbDeck: "eval" }])(
	"takes %j for no message of ours",
	(data) => expect(read(data)).toBeUndefined(),
);

it("knows two themes", () => {
	const theme = (theme: unknown) => read({ flyteNbDeck: "theme", theme });
	expect(["light", "dark"].map(theme)).not.toContain(undefined);
	expect(["blue", 1, null].map(theme)).toEqual([undefined, undefined, undefined]);
});

it("passes on nothing that it does not know", () => {
	expect(read({ flyteNbDeck: "ready", html: "<b>" })).toEqual({ flyteNbDeck: "ready" });
});
