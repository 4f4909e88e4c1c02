import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { countsInWords, duration, elapsed } from "../src/widgets/run_view/looks.ts";
import type { Changes, Frame, Phase, Row, RunModel } from "../src/widgets/run_view/model.ts";
import widget from "../src/widgets/run_view.ts";
import { FakeModel } from "./fake_model.ts";

function row(path: string, phase: Phase = "QUEUED", more: Partial<Row> = {}): Row {
	return {
		path,
		depth: 0,
		name: `name of ${path}`,
		kind: "task",
		phase,
		attempt: phase === "QUEUED" ? null : 1,
		failures: 0,
		cache: "",
		error: "",
		seconds: null,
		...more,
	};
}

function box(key: string, content = "<title>x</title>"): string {
	return `<g><g data-box="${key}">${content}</g></g>`;
}

const FRAME: Frame = {
	type: "frame",
	seq: 1,
	id: "20260726-070148-1239f3c",
	name: "nightly",
	kind: "workflow",
	phase: "RUNNING",
	counts: { SUCCEEDED: 1, RUNNING: 1, QUEUED: 2 },
	cancelling: false,
	elapsed: 12.3,
	running: { n1: 5.2 },
	rows: [row("n0", "SUCCEEDED", { seconds: 1.25 }), row("n1", "RUNNING"), row("n2"), row("n3")],
	svg: `<svg role="img" aria-label="old"><title>old</title>${box("n0")}${box("n1")}${box("n2")}</svg>`,
};

function mount(frame: Partial<Frame> = {}) {
	const model = new FakeModel<RunModel>({ frame: { ...FRAME, ...frame } });
	const controller = new AbortController();
	const el = document.body.appendChild(document.createElement("div"));
	widget.render({ model: model.asModel(), el, signal: controller.signal });
	let seq = 1;
	const tell = (changes: Partial<Changes>) =>
		model.receive({ type: "changes", seq: ++seq, elapsed: 20, ...changes });
	const $ = <E extends HTMLElement>(selector: string) => el.querySelector(selector) as E;
	return { model, el, controller, tell, $, skip: () => ++seq };
}

const texts = (el: Element, selector: string) =>
	[...el.querySelectorAll(selector)].map((one) => one.textContent);

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
	vi.useRealTimers();
	document.body.replaceChildren();
});

it("shows the run, its nodes and how far they are", () => {
	const { el, $ } = mount();
	expect($("header").textContent).toContain("running");
	expect($("strong").textContent).toBe("nightly");
	expect(texts(el, "header .flyte-nb-time")).toEqual(["12 s"]);
	const bar = $("[role=progressbar]");
	expect([bar.ariaValueNow, bar.ariaValueMax]).toEqual(["1", "4"]);
	expect(bar.ariaValueText).toBe("1 succeeded, 1 running, 2 queued");
	expect(texts(el, "tbody tr")).toEqual([
		"name of n0succeeded11.3 s",
		"name of n1running15 s",
		"name of n2queued",
		"name of n3queued",
	]);
	expect(el.querySelectorAll("svg[role=img] [data-box]")).toHaveLength(3);
});

it("lets time pass without the kernel", () => {
	const { el } = mount();
	vi.advanceTimersByTime(3000);
	expect(texts(el, "header .flyte-nb-time")).toEqual(["15 s"]);
	expect(texts(el, "tbody tr:nth-child(2) .flyte-nb-time")).toEqual(["8 s"]);
});

it("changes what changed and leaves the rest", () => {
	const { el, tell } = mount();
	const [first, second] = [...el.querySelectorAll("tbody tr")];
	const untouched = el.querySelector('[data-box="n0"]')?.firstChild;
	tell({
		counts: { SUCCEEDED: 2, QUEUED: 2 },
		rows: [row("n1", "SUCCEEDED", { seconds: 6 })],
		running: {},
		boxes: { n1: "<title>done</title>" },
		label: "nightly: <2> succeeded",
	});
	const svg = el.querySelector("svg[role=img]");
	expect(svg?.ariaLabel).toBe("nightly: <2> succeeded");
	expect(svg?.querySelector("title")?.textContent).toBe("nightly: <2> succeeded");
	expect([...el.querySelectorAll("tbody tr")].slice(0, 2)).toEqual([first, second]);
	expect(second?.textContent).toBe("name of n1succeeded16.0 s");
	expect(el.querySelector('[data-box="n1"]')?.textContent).toBe("done");
	expect(el.querySelector('[data-box="n0"]')?.firstChild).toBe(untouched);
});

it("puts new nodes in their place and takes others away", () => {
	const { el, tell } = mount();
	tell({ rows: [row("n0/n0", "RUNNING", { depth: 1 })], order: ["n0", "n0/n0", "n3"] });
	expect(texts(el, "tbody button")).toEqual(["name of n0", "name of n0/n0", "name of n3"]);
	expect(texts(el, ".flyte-nb-more")).toEqual(["and 1 more nodes"]);
});

it("draws a graph that has grown anew", () => {
	const { el, tell } = mount();
	tell({ svg: `<svg role="img">${box("n0")}${box("n9")}</svg>` });
	expect(el.querySelector('[data-box="n9"]')).not.toBeNull();
});

it("shows no graph of one node", () => {
	const { $ } = mount({ svg: `<svg>${box("n0")}</svg>` });
	expect($(".flyte-nb-graph").hidden).toBe(true);
});

it("never takes what is told for markup", () => {
	const bad = "<img src=x onerror=alert(1)>";
	const { el, tell } = mount({ name: bad, rows: [row("n0", "FAILED", { name: bad, error: bad })] });
	tell({ log: { path: "n0", begins: true, skipped: 0, text: bad, rest: bad } });
	expect(el.querySelector("img")).toBeNull();
	expect(el.textContent).toContain(bad);
});

it("asks for all of it until it is answered, and again when it has missed something", () => {
	const { model, tell, skip, el } = mount();
	vi.advanceTimersByTime(1000);
	const hello = { type: "hello", page: expect.stringMatching(/./) };
	expect(model.sent).toEqual([hello, hello]);
	model.receive({ ...FRAME });
	vi.advanceTimersByTime(4000);
	expect(model.sent).toHaveLength(2);
	skip();
	tell({ rows: [row("n2", "FAILED")] });
	expect(model.sent).toHaveLength(3);
	expect(texts(el, "tbody tr")[2]).toContain("queued");
	model.receive({ ...FRAME, seq: 3, rows: [row("n2", "FAILED")] });
	expect(texts(el, "tbody tr")).toEqual(["name of n2failed1"]);
});

it("takes the state that is synced where messages were missed, and no older one", () => {
	const { model, el } = mount();
	model.set("frame", { ...FRAME, seq: 7, name: "newer" });
	model.set("frame", { ...FRAME, seq: 6, name: "older" });
	model.set("frame", {});
	expect(el.querySelector("strong")?.textContent).toBe("newer");
});

it("shows what a node prints, the last of it", () => {
	const { tell, $ } = mount();
	tell({ log: { path: "n1", begins: true, skipped: 0, text: "a\nb\n", rest: "ha" } });
	tell({ log: { path: "n1", begins: false, skipped: 0, text: "half\n", rest: "" } });
	tell({ log: { path: "n1", begins: false, skipped: 1234, text: "z\n", rest: "" } });
	expect($("pre").textContent).toBe("a\nb\nhalf\n… 1,234 lines left out …\nz\n");
	expect($("h4").textContent).toBe("Output of name of n1");
	expect($("tr.flyte-nb-shown").textContent).toContain("name of n1");
	const many = Array.from({ length: 1000 }, (_, n) => `line ${n}\n`).join("");
	tell({ log: { path: "n1", begins: false, skipped: 0, text: many, rest: "" } });
	expect($("pre").textContent?.split("\n")).toHaveLength(301);
	expect($("pre").textContent).toContain("line 999");
});

it("follows the end of the output unless one has scrolled up", () => {
	const { tell, $ } = mount();
	const pre = $("pre");
	const text = "line\n".repeat(100);
	tell({ log: { path: "n1", begins: true, skipped: 0, text, rest: "" } });
	expect(pre.scrollTop + pre.clientHeight).toBeGreaterThan(pre.scrollHeight - 5);
	pre.scrollTop = 0;
	tell({ log: { path: "n1", begins: false, skipped: 0, text, rest: "" } });
	expect(pre.scrollTop).toBe(0);
});

it("asks for the output of the node that is chosen, and gives that up again", async () => {
	const { model, el, tell } = mount();
	const [first] = [...el.querySelectorAll<HTMLButtonElement>("tbody button")];
	first?.click();
	expect(model.sent.at(-1)).toEqual({ type: "select", path: "n0" });
	expect(first?.ariaPressed).toBe("true");
	tell({ log: { path: "n0", begins: true, skipped: 0, text: "x\n", rest: "" } });
	expect(first?.ariaPressed).toBe("true");
	first?.click();
	expect(model.sent.at(-1)).toEqual({ type: "select", path: "" });
	expect(first?.ariaPressed).toBe("false");
	el.querySelector('[data-box="n1"] title')?.dispatchEvent(new Event("click", { bubbles: true }));
	expect(model.sent.at(-1)).toEqual({ type: "select", path: "n1" });
});

it("goes from node to node by the arrow keys, and keeps them from the notebook", async () => {
	vi.useRealTimers();
	const { el } = mount();
	const heard: string[] = [];
	el.addEventListener("keydown", (event) => heard.push(event.key));
	el.querySelector<HTMLButtonElement>("tbody button")?.focus();
	await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}");
	expect(document.activeElement?.textContent).toBe("name of n1");
	expect(heard).toEqual([]);
});

it("cancels at the first press, forces at the second, and says what it waits for", () => {
	const { model, $ } = mount();
	const stop = $<HTMLButtonElement>("header button");
	const note = $(".flyte-nb-note");
	stop.click();
	expect(model.sent.at(-1)).toEqual({ type: "cancel" });
	expect(stop.textContent).toBe("Force to end");
	expect($(".flyte-nb-phase").textContent).toBe("cancelling…");
	vi.advanceTimersByTime(2000);
	expect(note.textContent).toContain("press its Stop button");
	model.receive({ type: "cancelling", forced: false });
	expect(note.textContent).toContain("interrupted");
	stop.click();
	expect(stop.disabled).toBe(true);
	model.receive({ type: "cancelling", forced: true });
	expect(note.textContent).toContain("goes on unseen");
});

it("shows that the cell's Stop button was pressed, and forces at the next press", () => {
	const { model, tell, $ } = mount();
	const stop = $<HTMLButtonElement>("header button");
	const phase = $(".flyte-nb-phase");
	tell({ cancelling: true });
	expect(phase.textContent).toBe("cancelling…");
	expect($(".flyte-nb-note").textContent).toContain("press Stop again");
	expect(stop.textContent).toBe("Force to end");
	stop.click();
	expect(stop.disabled).toBe(true);
	model.receive({ type: "cancelling", forced: true });
	expect($(".flyte-nb-note").textContent).toContain("goes on unseen");
	tell({ phase: "ABORTED" });
	expect(phase.textContent).toBe("aborted");
	expect($(".flyte-nb-note").textContent).toBe("");
});

it("waits while the kernel says nothing, and goes on when it does", () => {
	const { model, el, $ } = mount();
	const times = () => texts(el, ".flyte-nb-time").filter(Boolean);
	vi.advanceTimersByTime(9000);
	expect(times()).toEqual(["21 s", "1.3 s", "14 s"]);
	expect(model.sent.at(-1)).toMatchObject({ type: "hello" });
	vi.advanceTimersByTime(60_000);
	expect(times()).toEqual(["12 s", "1.3 s", "5 s"]);
	expect($(".flyte-nb-phase").textContent).toBe("no word from its kernel");
	expect($(".flyte-nb-note").textContent).toContain("or it has ended");
	expect(el.querySelector(".flyte-nb-aloud")?.textContent).toContain("no word from its kernel");
	model.receive({ type: "alive" });
	vi.advanceTimersByTime(1000);
	expect($(".flyte-nb-phase").textContent).toBe("running");
	expect($(".flyte-nb-note").textContent).toBe("");
	expect(times()[0]).toBe("1 min 22 s");
});

it("hears from signs of life that the kernel is there", () => {
	const { model, $ } = mount();
	for (let n = 0; n < 30; n += 1) {
		vi.advanceTimersByTime(2000);
		model.receive({ type: "alive" });
	}
	expect($(".flyte-nb-phase").textContent).toBe("running");
});

it("hides what stands for it, while there is a kernel", () => {
	const stands = document.body.appendChild(document.createElement("div"));
	stands.dataset.flyteNbRun = FRAME.id;
	const shown = () => getComputedStyle(stands).display;
	const { model, controller } = mount();
	expect(shown()).toBe("none");
	vi.advanceTimersByTime(60_000);
	expect(shown()).toBe("block");
	model.receive({ type: "alive" });
	expect(shown()).toBe("none");
	model.receive({ type: "record", html: "<p>over</p>" });
	expect(shown()).toBe("none");
	controller.abort();
	expect(shown()).toBe("block");
});

it("says soon that nobody hears Cancel", () => {
	const { $ } = mount();
	$<HTMLButtonElement>("header button").click();
	vi.advanceTimersByTime(4000);
	expect($(".flyte-nb-note").textContent).toContain("or it has ended");
});

it.each(["comm_live_update", "cancel"])("says that the kernel has ended: %s", (how) => {
	const { model, el, $ } = mount();
	model.isGone = true;
	if (how === "cancel") $<HTMLButtonElement>("header button").click();
	else model.trigger(how);
	vi.advanceTimersByTime(60_000);
	expect($(".flyte-nb-phase").textContent).toBe("lost: its kernel ended");
	expect($(".flyte-nb-note").textContent).toContain(`%flyte_runs show ${FRAME.id}`);
	expect($("header button").hidden).toBe(true);
	expect(texts(el, "tbody tr")[1]).toBe("name of n1lost15 s");
});

it("asks for the record where nothing has replaced it when it is over", () => {
	const { model, el } = mount();
	vi.advanceTimersByTime(0);
	model.receive(FRAME);
	model.sent.length = 0;
	model.receive({ type: "over" });
	vi.advanceTimersByTime(1000);
	expect(model.sent).toMatchObject([{ type: "hello" }]);
	model.receive({ type: "over" });
	el.remove();
	vi.advanceTimersByTime(1500);
	expect(model.sent).toHaveLength(1);
});

it("shows the record where the page does not put it in its place", () => {
	const { model, el, controller } = mount();
	model.receive({ type: "record", html: "<p>nightly <b>succeeded</b></p>" });
	expect(texts(el, ".flyte-nb-record")).toEqual(["nightly succeeded"]);
	expect(el.querySelector(".flyte-nb-panel")).toBeNull();
	expect(model.listenerCount()).toBe(0);
	expect(vi.getTimerCount()).toBe(0);
	controller.abort();
	expect(el.childElementCount).toBe(0);
});

it("says which view goes away", () => {
	const [one, other] = [mount(), mount()];
	vi.advanceTimersByTime(0);
	one.controller.abort();
	const [hello, bye] = one.model.sent as { type: string; page: string }[];
	expect(bye).toEqual({ type: "bye", page: hello?.page });
	expect(other.model.sent).not.toContainEqual(hello);
});

it("stops its clocks and takes the button away at the end", () => {
	const { el, tell, $ } = mount();
	tell({ phase: "FAILED", elapsed: 14.5, counts: { SUCCEEDED: 3, FAILED: 1 } });
	vi.advanceTimersByTime(5000);
	expect($("header .flyte-nb-time").textContent).toBe("14.5 s");
	expect($("header button").hidden).toBe(true);
	expect(el.querySelector(".flyte-nb-aloud")?.textContent).toBe(
		"nightly failed: 3 succeeded, 1 failed",
	);
});

it("says aloud what failed at once, and the rest now and then", () => {
	const { tell, $ } = mount();
	const aloud = $(".flyte-nb-aloud");
	expect(aloud.ariaLive).toBe("polite");
	const said = aloud.textContent;
	tell({ counts: { SUCCEEDED: 2, QUEUED: 2 } });
	expect(aloud.textContent).toBe(said);
	vi.advanceTimersByTime(5000);
	expect(aloud.textContent).toBe("nightly running: 2 succeeded, 2 queued");
	tell({ counts: { SUCCEEDED: 2, FAILED: 1, QUEUED: 1 } });
	expect(aloud.textContent).toContain("1 failed");
});

it("says aloud at once that it runs", () => {
	const { tell, $ } = mount({ phase: "QUEUED", counts: {} });
	expect($(".flyte-nb-aloud").textContent).toBe("nightly queued");
	tell({ phase: "RUNNING", counts: { RUNNING: 1, QUEUED: 3 } });
	expect($(".flyte-nb-aloud").textContent).toBe("nightly running: 1 running, 3 queued");
});

it("fits a narrow output", () => {
	const long = "x".repeat(200);
	const { el } = mount({ name: long, rows: [row("n0", "FAILED", { name: long, error: long })] });
	el.style.width = "300px";
	expect(el.scrollWidth).toBe(300);
});

it("lets go of the model when the cell is cleared", () => {
	const { model, el, controller } = mount();
	controller.abort();
	expect(model.listenerCount()).toBe(0);
	expect(vi.getTimerCount()).toBe(0);
	expect(el.childElementCount).toBe(0);
});

it("says times and counts as the record does", () => {
	expect([0.0001, 0.25, 3.14, 59.96, 125].map(duration)).toEqual([
		"under 1 ms",
		"250 ms",
		"3.1 s",
		"1 min 0 s",
		"2 min 5 s",
	]);
	expect([0.4, 59.9, 61.7].map(elapsed)).toEqual(["0 s", "59 s", "1 min 1 s"]);
	expect(countsInWords({ QUEUED: 1200, SUCCEEDED: 3, FAILED: 0 })).toBe(
		"3 succeeded, 1,200 queued",
	);
});
