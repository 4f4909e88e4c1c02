import { afterEach, beforeEach, expect, it, vi } from "vitest";
import widget from "../src/widgets/deck_view.ts";
import { FakeModel } from "./fake_model.ts";

const LABEL = { group: 1, label: "" };
const controllers: AbortController[] = [];

/** A view whose frame repeats in `heard` what it was told. */
async function mount(so_far: object = { seq: 0, changes: [LABEL] }) {
	const echo = `<script>
		parent.postMessage({ flyteNbDeck: "ready" }, "*");
		addEventListener("message", ({ data }) => parent.postMessage({ heard: data }, "*"));
	</script>`;
	const model = new FakeModel({ page: echo, kept: "k", so_far });
	const controller = new AbortController();
	controllers.push(controller);
	const el = document.body.appendChild(document.createElement("div"));
	widget.render({ model: model.asModel(), el, signal: controller.signal });
	const frame = el.querySelector("iframe") as HTMLIFrameElement;
	const heard: { flyteNbDeck: string; changes: unknown[]; first: boolean }[] = [];
	const listen = ({ source, data }: MessageEvent) => {
		if (source === frame.contentWindow && data.heard) heard.push(data.heard);
	};
	window.addEventListener("message", listen, { signal: controller.signal });
	const news = () =>
		heard.filter((one) => one.flyteNbDeck === "news").map(({ changes, first }) => [changes, first]);
	await vi.waitFor(() => expect(news()).toHaveLength(1));
	await vi.waitFor(() => expect(model.sent).not.toHaveLength(0));
	const { page } = model.sent[0] as { page: string };
	return { model, el, frame, news, page, controller, heard };
}

const text = (html: string) => ({ deck: 2, html: [html], more: false });
const news = (seq: number, ...changes: unknown[]) => ({ type: "news", seq, changes });

beforeEach(() => document.body.replaceChildren());

afterEach(() => {
	for (const controller of controllers.splice(0)) controller.abort();
});

it("shows what there is so far, and says what it has", async () => {
	const { model, news, page, frame } = await mount();
	expect(news()).toEqual([[[LABEL], true]]);
	expect(model.sent[0]).toEqual({ type: "hello", page, seq: 0, question: 1, look: false });
	expect(frame.getAttribute("sandbox")).toBe("allow-scripts");
});

it("passes on what follows, and asks when something is missing", async () => {
	const view = await mount();
	view.model.receive(news(1, text("a")));
	await vi.waitFor(() => expect(view.news()).toHaveLength(2));
	expect(view.news()[1]).toEqual([[text("a")], false]);
	const { page } = view;
	view.model.receive({ type: "all", to: page, seq: 1, changes: [], first: false, last: true });
	await new Promise((resolve) => setTimeout(resolve, 1100));
	view.model.sent.length = 0;
	view.model.receive(news(3, text("c")));
	expect(view.model.sent).toEqual([{ type: "hello", page, seq: 1, question: 2, look: false }]);
	expect(view.news()).toHaveLength(2);
});

it("asks nothing anew that is on its way, and what is not", async () => {
	const { model, page } = await mount();
	model.receive({ type: "all", to: page, seq: 1, changes: [], first: false, last: true });
	await new Promise((resolve) => setTimeout(resolve, 1100));
	model.sent.length = 0;
	model.receive({ type: "at", to: page, seq: 1 });
	model.receive({ type: "at", to: "another", seq: 2 });
	expect(model.sent).toEqual([]);
	model.receive({ type: "at", to: page, seq: 2 });
	expect(model.sent).toEqual([{ type: "hello", page, seq: 1, question: 2, look: false }]);
});

it("takes all of it when that is for this page, and goes on from there", async () => {
	const { model, news: shown, page } = await mount();
	const all = { type: "all", seq: 7, changes: [text("x")], first: true, last: false };
	model.receive({ ...all, to: "another" });
	model.receive({ ...all, to: page });
	model.receive({ ...all, to: page, changes: [], last: true });
	model.receive(news(8, text("y")));
	await vi.waitFor(() => expect(shown()).toHaveLength(3));
	expect(shown().slice(1)).toEqual([
		[[text("x")], true],
		[[text("y")], false],
	]);
});

it("shows what the kernel keeps for who cannot ask, where it is newer", async () => {
	const { model, news: shown } = await mount();
	model.set("so_far", { seq: 4, changes: [text("four")] });
	await vi.waitFor(() => expect(shown()).toHaveLength(2));
	model.set("so_far", { seq: 2, changes: [text("two")] });
	model.receive(news(5, text("five")));
	await vi.waitFor(() => expect(shown()).toHaveLength(3));
	expect(shown()[2]).toEqual([[text("five")], false]);
});

it("is not there while there is nothing to show", async () => {
	const { model, frame } = await mount({ seq: 0, changes: [] });
	expect(frame.checkVisibility()).toBe(false);
	model.receive(news(1, LABEL));
	expect(frame.checkVisibility()).toBe(true);
	model.receive(news(2, { group: 1, close: true }));
	expect(frame.checkVisibility()).toBe(false);
});

it("shows the record in its place", async () => {
	const { model, el } = await mount();
	model.receive({ type: "record", html: "<b>the end</b>" });
	expect(el.querySelector("iframe")).toBeNull();
	expect(el.textContent).toContain("the end");
});

it("asks for the record where nothing has replaced it when it is over", async () => {
	const { model, el } = await mount();
	model.sent.length = 0;
	model.receive({ type: "over" });
	await vi.waitFor(() => expect(model.sent).toMatchObject([{ type: "hello" }]), 3000);
	model.receive({ type: "over" });
	el.remove();
	await new Promise((resolve) => setTimeout(resolve, 1500));
	expect(model.sent).toHaveLength(1);
});

it("asks for the record where it is over", async () => {
	const model = new FakeModel({ page: "", kept: "k", so_far: {} });
	const el = document.body.appendChild(document.createElement("div"));
	const controller = new AbortController();
	controllers.push(controller);
	widget.render({ model: model.asModel(), el, signal: controller.signal });
	await vi.waitFor(() => expect(model.sent[0]).toMatchObject({ type: "hello" }));
});

it("says that the kernel is no more", async () => {
	const { model, heard } = await mount();
	vi.spyOn(model, "send").mockImplementation(() => {
		throw new Error("disposed");
	});
	model.receive(news(9));
	await new Promise((resolve) => setTimeout(resolve, 1100));
	model.receive(news(9));
	await vi.waitFor(() =>
		expect(heard.filter((one) => one.flyteNbDeck === "notice").at(-1)).toMatchObject({
			text: /no more/,
		}),
	);
});

it("hides what a notebook keeps of it meanwhile", async () => {
	const kept = document.body.appendChild(document.createElement("div"));
	kept.dataset.flyteNbKept = "k";
	kept.textContent = "kept";
	const { controller } = await mount();
	document.body.append(kept);
	expect(kept.checkVisibility()).toBe(false);
	controller.abort();
	expect(kept.checkVisibility()).toBe(true);
});

it("says goodbye", async () => {
	const { model, controller, page } = await mount();
	controller.abort();
	expect(model.sent.at(-1)).toEqual({ type: "bye", page });
});
