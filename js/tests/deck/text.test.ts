import { afterEach, expect, it } from "vitest";
import { MAX_MATCHES } from "../../src/deck/messages.ts";
import { count, pattern, ranges, textOf } from "../../src/deck/text.ts";

function body(html: string): HTMLElement {
	document.body.innerHTML = html;
	return document.body;
}

function found(html: string, query: string): string[] {
	return ranges(body(html), pattern(query) as RegExp).map(String);
}

afterEach(() => document.body.replaceChildren());

it.each([
	["a word in any case", "<p>Loss and loss</p>", "LOSS", ["Loss", "loss"]],
	["across what is only dressed", "<p>mean <b>abs</b>olute</p>", "mean abs", ["mean abs"]],
	[
		"across a line that was broken",
		"<p>mean\n  absolute</p>",
		"mean absolute",
		["mean\n  absolute"],
	],
	["not across cells", "<table><tr><td>12<td>3</table>", "123", []],
	["not across a break", "<p>12<br>3</p>", "123", []],
	["what a pattern would mean, as text", "<p>f1(x)=.5</p>", "(x)=.", ["(x)=."]],
	["a date, whose signs mean nothing", "<p>2026-07-26 1/2</p>", "07-26 1/", ["07-26 1/"]],
	["beyond the first 65,536 characters of Unicode", "<p>a😀b</p>", "😀b", ["😀b"]],
	["no scripts and styles", "<script>loss</script><style>loss</style><p>gain</p>", "loss", []],
	["in a drawing", "<svg><text>loss <tspan>0.1</tspan></text></svg>", "loss 0.1", ["loss 0.1"]],
])("finds %s", (_, html, query, expected) => {
	expect(found(html, query)).toEqual(expected);
	expect(count(textOf(body(html)), pattern(query) as RegExp)).toBe(expected.length);
});

it("takes any sign as text", () => {
	for (let code = 33; code < 127; code += 1) {
		const sign = String.fromCharCode(code);
		expect(count(`0${sign}0`, pattern(`0${sign}0`) as RegExp), sign).toBe(1);
	}
});

it("looks for nothing when nothing is asked for", () => {
	expect(pattern(" \n ")).toBeUndefined();
});

it("ends at a bound", () => {
	const html = `<p>${"x ".repeat(3 * MAX_MATCHES)}</p>`;
	expect(found(html, "x")).toHaveLength(MAX_MATCHES);
	expect(count(textOf(body(html)), pattern("x") as RegExp)).toBe(MAX_MATCHES);
});
