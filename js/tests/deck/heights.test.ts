import { expect, it } from "vitest";
import { Heights, type Measure } from "../../src/deck/heights.ts";

/** Asks like a frame in a parent that grants every height, until it comes to rest. */
function settle(
	content: (viewport: { width: number; height: number }) => number,
	{ heights = new Heights(), start = 320, width = 800 } = {},
) {
	let viewport = { width, height: start };
	const asked: number[] = [];
	for (let step = 0; step < 100; step += 1) {
		const px = heights.next(measure(content(viewport), viewport));
		if (px === undefined) {
			heights.next(measure(content(viewport), viewport)); // observers may fire again
			return { asked, heights };
		}
		asked.push(px);
		viewport = { width, height: px };
	}
	throw new Error(`never comes to rest: ${asked}`);
}

function measure(flow: number, viewport: { width: number; height: number }): Measure {
	return {
		flow,
		scrollHeight: Math.max(flow, viewport.height),
		clientHeight: viewport.height,
		viewportWidth: viewport.width,
		viewportHeight: viewport.height,
	};
}

it("asks for the height of the content, once", () => {
	expect(settle(() => 900.4).asked).toEqual([901]);
});

it("shrinks with the content", () => {
	const { heights } = settle(() => 900);
	expect(settle(() => 100, { heights, start: 900 }).asked).toEqual([100]);
});

it.each([
	["100vh and a margin", ({ height }: { height: number }) => height + 16],
	["200vh", ({ height }: { height: number }) => height * 2],
	["less than its viewport", ({ height }: { height: number }) => height - 20],
])("comes to rest with content of %s", (_, content) => {
	const { asked, heights } = settle(content);
	expect(asked.length).toBeLessThanOrEqual(3);
	expect(heights.fits).toBe(false); // it keeps its scroll bar
});

it("follows content that changes on its own after echoes", () => {
	const { heights } = settle(({ height }) => height + 16);
	expect(heights.next(measure(2000, { width: 800, height: 368 }))).toBe(2000);
});

it("never refuses a document that does not depend on its viewport", () => {
	const heights = new Heights(Number.POSITIVE_INFINITY);
	const asked = [400, 500, 600, 700].map((flow) =>
		heights.next(measure(flow, { width: 800, height: flow - 50 })),
	);
	expect(asked).toEqual([400, 500, 600, 700]);
});

it("shows what sticks out of the flow, without swinging", () => {
	const heights = new Heights();
	const viewport = { width: 800, height: 320 };
	expect(heights.next({ ...measure(100, viewport), scrollHeight: 700 })).toBe(700);
	expect(heights.next(measure(100, { ...viewport, height: 700 }))).toBeUndefined();
});

it("leaves room for a horizontal scroll bar", () => {
	const now = measure(500, { width: 800, height: 320 });
	expect(new Heights().next({ ...now, clientHeight: 305 })).toBe(515);
});

it("says nothing while its tab is hidden", () => {
	expect(new Heights().next(measure(500, { width: 0, height: 0 }))).toBeUndefined();
});
