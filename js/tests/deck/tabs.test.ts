import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { showTabs } from "../../src/deck/tabs.ts";

type Deck = [name: string, group?: string];

let opened: string[] = [];

/** A page with tabs. */
function page(...decks: Deck[]) {
	document.body.innerHTML = "<main><header></header></main>";
	opened = [];
	const main = document.querySelector("main") as HTMLElement;
	const named = decks.map(([name, group = ""]) => {
		const section = document.createElement("section");
		Object.assign(section.dataset, { name, group });
		const frame = section.appendChild(document.createElement("iframe"));
		const open = () => opened.push(`${group} ${name}`);
		return { name, group, shown: { section, frame, open, text: () => "" } };
	});
	showTabs(main, named);
}

const visible = (element: Element) => element.checkVisibility();
const tabs = () => [...document.querySelectorAll<HTMLElement>('[role="tab"]')].filter(visible);
const names = () => tabs().map((tab) => tab.textContent);
const tab = (name: string) => tabs().find((it) => it.textContent === name) as HTMLElement;
const selected = () => tabs().filter((it) => it.ariaSelected === "true");
const shown = () =>
	[...document.querySelectorAll("section")]
		.filter(visible)
		.map(({ dataset: { group, name } }) => `${group} ${name}`.trim());

afterEach(() => {
	document.body.replaceChildren();
	document.documentElement.className = "";
});

it("shows the first deck alone", () => {
	page(["default"], ["plot"]);
	expect(names()).toEqual(["default", "plot"]);
	expect(shown()).toEqual(["default"]);
});

it("shows the deck that is clicked", async () => {
	page(["default"], ["plot"]);
	await userEvent.click(tab("plot"));
	expect(shown()).toEqual(["plot"]);
	expect(selected()).toEqual([tab("plot")]);
});

it("moves by arrows, Home and End, round the ends", async () => {
	page(["a"], ["b"], ["c"]);
	tab("a").focus();
	const visited = [];
	for (const key of ["ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"]) {
		await userEvent.keyboard(`{${key}}`);
		expect(document.activeElement).toBe(selected()[0]);
		visited.push(...shown());
	}
	expect(visited).toEqual(["b", "c", "a", "c", "a"]);
});

it("takes one stop in the tab order", () => {
	page(["a"], ["b"], ["c"]);
	expect(tabs().map((it) => it.tabIndex)).toEqual([0, -1, -1]);
});

it("leaves the keys of the browser alone", async () => {
	page(["a"], ["b"]);
	tab("a").focus();
	await userEvent.keyboard("{Alt>}{ArrowRight}{/Alt}");
	expect(shown()).toEqual(["a"]);
});

it("links tabs and panels for screen readers", () => {
	page(["a", "Attempt 1"], ["a", "Attempt 2"]);
	const all = [...document.querySelectorAll('[role="tab"]')];
	expect(all).toHaveLength(4);
	for (const it of all) {
		const panel = document.getElementById(it.getAttribute("aria-controls") ?? "");
		expect(panel?.role).toBe("tabpanel");
		expect(panel?.getAttribute("aria-labelledby")).toBe(it.id);
	}
});

it("shows the last attempt first", () => {
	page(["default", "Attempt 1"], ["default", "Attempt 2"], ["plot", "Attempt 2"]);
	expect(shown()).toEqual(["Attempt 2 default"]);
	expect(names()).toEqual(["Attempt 1", "Attempt 2", "default", "plot"]);
});

it("keeps the deck by name when the attempt changes", async () => {
	page(["default", "Attempt 1"], ["plot", "Attempt 1"], ["plot", "Attempt 2"], ["x", "Attempt 2"]);
	await userEvent.click(tab("Attempt 1"));
	expect(shown()).toEqual(["Attempt 1 plot"]);
	await userEvent.click(tab("default"));
	await userEvent.click(tab("Attempt 2"));
	expect(shown()).toEqual(["Attempt 2 plot"]);
});

it("loads a deck when it is chosen, not before", async () => {
	page(["a", "1"], ["b", "1"], ["a", "2"], ["b", "2"]);
	expect(opened).toEqual(["2 a"]);
	await userEvent.click(tab("b"));
	expect(opened).toEqual(["2 a", "2 b"]);
});

it("shows names as text", () => {
	page(["<img src=x onerror=alert(1)>"]);
	expect(names()).toEqual(["<img src=x onerror=alert(1)>"]);
});

it("leaves a page without decks as it is", () => {
	page();
	expect(tabs()).toEqual([]);
});
