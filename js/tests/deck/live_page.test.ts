import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { LivePage } from "../../src/deck/live_page.ts";
import type { Message } from "../../src/deck/messages.ts";

let page: LivePage;
const visible = (element: Element) => element.checkVisibility();
const tabs = () => [...document.querySelectorAll<HTMLElement>('[role="tab"]')].filter(visible);
const names = () => tabs().map((tab) => tab.textContent);
const selected = () => tabs().filter(({ ariaSelected }) => ariaSelected === "true");
const status = () => document.querySelector('[role="status"]')?.textContent;
const deck = (group: number, deck: number, name: string, drawn = false) => ({
	group,
	deck,
	name,
	drawn,
});
const more = (deck: number, ...html: string[]) => ({ deck, html, more: false });

beforeEach(() => {
	document.body.innerHTML = "<main></main>";
	const main = document.querySelector("main") as HTMLElement;
	page = new LivePage(main, { opening: "<p>opening", onShow: () => {} });
});

afterEach(() => {
	document.body.replaceChildren();
	document.documentElement.className = "";
});

/** Returns what a deck's frame is sent, once it is there. */
function sentTo(number: number) {
	const one = page.decks[number];
	const sent: Message[] = [];
	if (!one) throw new Error("no such deck");
	const contentWindow = { postMessage: (message: Message) => sent.push(message) };
	Object.defineProperty(one.frame, "contentWindow", { value: contentWindow });
	one.ready();
	return { one, html: () => sent.map((m) => (m.flyteNbDeck === "append" ? m.html : [])) };
}

it("makes tabs as they come, and keeps the one that was chosen", async () => {
	page.take([{ group: 1, label: "" }, deck(1, 2, "loss"), deck(1, 3, "notes")], true);
	expect(names()).toEqual(["loss", "notes"]);
	await userEvent.click(tabs()[1] as HTMLElement);
	page.take([deck(1, 4, "third"), more(2, "x")], false);
	expect(names()).toEqual(["loss", "notes", "third"]);
	expect(selected().map(({ textContent }) => textContent)).toEqual(["notes"]);
});

it("shows the newest attempt, until somebody has chosen", async () => {
	page.take([{ group: 1, label: "" }, deck(1, 2, "loss")], true);
	page.take(
		[
			{ group: 1, label: "Attempt 1" },
			{ group: 3, label: "Attempt 2" },
		],
		false,
	);
	page.take([deck(3, 4, "loss")], false);
	expect(names()).toEqual(["Attempt 1", "Attempt 2", "loss"]);
	expect(selected()[0]?.textContent).toBe("Attempt 2");
	await userEvent.click(tabs()[0] as HTMLElement);
	page.take([{ group: 5, label: "Attempt 3" }, deck(5, 6, "loss")], false);
	expect(selected()[0]?.textContent).toBe("Attempt 1");
});

it("takes attempts away, and the row of one that is left", () => {
	page.take([{ group: 1, label: "a" }, deck(1, 2, "one")], true);
	page.take([{ group: 3, label: "b" }, deck(3, 4, "two")], false);
	page.take([{ group: 1, close: true }], false);
	expect(names()).toEqual(["two"]);
	page.take([{ group: 5, label: "c" }, deck(5, 6, "three")], false);
	expect(names()).toEqual(["b", "c", "three"]);
});

it("gives a frame what came before it was there, then the rest, one batch at a time", () => {
	page.take([{ group: 1, label: "" }, deck(1, 2, "loss"), more(2, "a", "b")], true);
	const { one, html } = sentTo(0);
	page.take([more(2, "c"), more(2, "d")], false);
	expect(html()).toEqual([["a", "b"]]);
	one.appended();
	expect(html()).toEqual([
		["a", "b"],
		["c", "d"],
	]);
	one.ready(); // the deck has loaded its document anew
	expect(html()[2]).toEqual(["a", "b", "c", "d"]);
});

it("bounds a batch, and puts a piece together that came in parts", () => {
	const part = { deck: 2, html: ["a", "b1"], more: true };
	page.take([{ group: 1, label: "" }, deck(1, 2, "loss"), part], true);
	const { one, html } = sentTo(0);
	page.take([more(2, "b2", "x".repeat(100_000), "y")], false);
	one.appended();
	one.appended();
	expect(html()).toEqual([["a"], ["b1b2", "x".repeat(100_000)], ["y"]]);
});

it("lets the last piece stand for a deck that is drawn", () => {
	page.take([{ group: 1, label: "" }, deck(1, 2, "time", true), more(2, "old", "new")], true);
	const { html } = sentTo(0);
	expect(html()).toEqual([["new"]]);
	expect(page.decks[0]?.text()).toBe("new\0");
});

it("reads what it searches once, piece by piece", () => {
	page.take([{ group: 1, label: "" }, deck(1, 2, "loss"), more(2, "<b>a</b>")], true);
	const [one] = page.decks;
	expect(one?.text()).toBe("a\0");
	page.take([more(2, "<script>no</script>b")], false);
	expect(one?.text()).toBe("a\0b\0");
});

it("says that decks grow once, and not with each piece", () => {
	const element = document.querySelector('[role="status"]') as HTMLElement;
	const said: string[] = [];
	new MutationObserver(() => said.push(element.textContent ?? "")).observe(element, {
		childList: true,
	});
	const growing = { title: "Decks of train", growing: true };
	page.take([growing, { group: 1, label: "" }, deck(1, 2, "loss")], true);
	page.take([growing, more(2, "a")], false);
	expect(status()).toBe("growing while the task runs");
	expect(document.querySelector("h1")?.textContent).toBe("Decks of train");
	return vi.waitFor(() => expect(said).toHaveLength(1));
});

it("begins anew with what is first", () => {
	page.take([{ group: 1, label: "" }, deck(1, 2, "loss"), more(2, "a")], true);
	page.take([{ group: 1, label: "" }, deck(1, 2, "loss"), more(2, "a")], true);
	expect(names()).toEqual(["loss"]);
	expect(page.decks[0]?.text()).toBe("a\0");
});

it.each([
	null,
	1,
	"x",
	{},
	{ group: "1", label: "x" },
	{ deck: 1, html: "x" },
	{ deck: 1, html: [1] },
])("takes %j for no change", (change) => {
	page.take([change], true);
	expect(page.decks).toEqual([]);
	expect(names()).toEqual([]);
});

it("shows names as text", () => {
	page.take([{ group: 1, label: "" }, deck(1, 2, "<img src=x onerror=alert(1)>")], true);
	expect(names()).toEqual(["<img src=x onerror=alert(1)>"]);
});
