import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { EditorModel, Setting } from "../src/widgets/config_editor/model.ts";
import widget from "../src/widgets/config_editor.ts";
import { FakeModel } from "./fake_model.ts";

function setting(name: string, more: Partial<Setting> = {}): Setting {
	return {
		name,
		category: "Platform",
		doc: `About ${name}.`,
		kind: "text",
		choices: [],
		aliases: [`FLYTE_${name.toUpperCase()}`],
		text: "",
		isSet: false,
		refusal: "",
		places: {},
		value: "",
		source: "default",
		candidates: [],
		...more,
	};
}

const SETTINGS = [
	setting("endpoint", { text: "one", isSet: true, value: "one", source: "YAML file" }),
	setting("insecure", {
		kind: "boolean",
		text: "yes",
		value: "False",
		source: "environment",
		candidates: [
			{ source: "environment", where: "FLYTE_X", value: "off", problem: "odd", inForce: true },
			{ source: "default", where: "default", value: "", problem: "", inForce: false },
		],
	}),
	setting("retries", { kind: "number", category: "S3", refusal: "has no place in a YAML file" }),
	setting("secret", {
		kind: "secret",
		category: "S3",
		places: { keyring: "the keyring", clear: "for everybody" },
	}),
];

function mount(traits: Partial<EditorModel> = {}) {
	const model = new FakeModel<EditorModel>({
		path: "/a.yaml",
		files: [
			{ path: "/a.yaml", label: "~/a.yaml", inForce: true },
			{ path: "/b.yaml", label: "~/b.yaml", inForce: false },
		],
		settings: SETTINGS,
		pending: {},
		secrets: {},
		problems: {},
		diff: "",
		notice: {},
		answered: 0,
		...traits,
	});
	const controller = new AbortController();
	const el = document.body.appendChild(document.createElement("div"));
	widget.render({ model: model.asModel(), el, signal: controller.signal });
	return { model, el, controller, field: (name: string) => field(el, name), row: row.bind(0, el) };
}

function row(el: Element, name: string): HTMLElement {
	const found = el.querySelector<HTMLElement>(`[data-setting="${name}"]`);
	if (!found) throw new Error(`no row ${name}`);
	return found;
}

function field(el: Element, name: string): HTMLInputElement | HTMLSelectElement {
	const control = row(el, name).querySelector("label")?.control;
	if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) return control;
	throw new Error(`no field ${name}`);
}

function press(el: Element, text: string): Promise<void> {
	const found = [...el.querySelectorAll("button")].find((b) => b.textContent === text);
	if (!found) throw new Error(`no button ${text}`);
	return userEvent.click(found);
}

const shownRows = (el: Element) =>
	[...el.querySelectorAll<HTMLElement>("[data-setting]")]
		.filter((found) => !found.hidden)
		.map((found) => found.dataset.setting);

beforeEach(() => vi.useRealTimers());
afterEach(() => document.body.replaceChildren());

it("shows each setting with its value in the file and what is in force", () => {
	const { el, field, row } = mount();
	expect(field("endpoint").value).toBe("one");
	expect(field("insecure").value).toBe("yes"); // a word that we would not write stays
	expect(row("insecure").textContent).toContain("in force: False");
	expect(row("endpoint").textContent).not.toContain("in force:");
	expect([...el.querySelectorAll("h3")].map((h) => h.textContent).slice(0, 2)).toEqual([
		"Platform",
		"S3",
	]);
});

it("finds settings by every word, in names, variables and meaning", async () => {
	const { el } = mount();
	const search = el.querySelector<HTMLInputElement>("[type=search]") as HTMLInputElement;
	await userEvent.fill(search, "flyte_end about");
	expect(shownRows(el)).toEqual(["endpoint"]);
	expect(el.querySelector("[role=status]")?.textContent).toBe("1 of 4");
	await userEvent.keyboard("{Escape}");
	expect(shownRows(el)).toHaveLength(4);
	await userEvent.click(el.querySelector("[type=checkbox]") as Element);
	expect(shownRows(el)).toEqual(["endpoint", "insecure"]);
});

it("sends what is typed after a pause, once, and nothing for what is empty already", async () => {
	const { model, field } = mount();
	await userEvent.fill(field("endpoint"), " two ");
	await vi.waitFor(() => expect(model.sent).toHaveLength(1));
	expect(model.sent).toEqual([{ type: "propose", setting: "endpoint", text: "two" }]);
	await userEvent.fill(field("endpoint"), "");
	await userEvent.keyboard("{Enter}");
	expect(model.sent.slice(1)).toEqual([{ type: "propose", setting: "endpoint", text: null }]);
	await new Promise((resolve) => setTimeout(resolve, 300));
	expect(model.sent).toHaveLength(2);
});

it("does not overwrite what is being typed with an older answer", async () => {
	const { model, field } = mount();
	await userEvent.fill(field("endpoint"), "two and more");
	model.set("pending", { endpoint: "two" });
	expect(field("endpoint").value).toBe("two and more");
});

it("gives up with Escape and with Undo", async () => {
	const { model, field, row } = mount({ pending: { endpoint: "two" } });
	expect(field("endpoint").value).toBe("two");
	await press(row("endpoint"), "Undo");
	expect(model.sent).toEqual([{ type: "withdraw", setting: "endpoint" }]);
	model.set("pending", {});
	expect(field("endpoint").value).toBe("one");
	await userEvent.fill(field("endpoint"), "x");
	await userEvent.keyboard("{Escape}");
	expect(field("endpoint").value).toBe("one");
	expect(model.sent).toHaveLength(2);
});

it("sends a choice, and none as a removal", async () => {
	const { model, field } = mount();
	await userEvent.selectOptions(field("insecure"), "true");
	await userEvent.selectOptions(field("insecure"), "");
	expect(model.sent).toEqual([
		{ type: "propose", setting: "insecure", text: "true" },
		{ type: "propose", setting: "insecure", text: null },
	]);
});

it("says what is wrong at its field, and saves nothing then", async () => {
	const { model, el, field, row } = mount();
	model.set("pending", { endpoint: "x" });
	model.set("problems", { endpoint: "not a host" });
	expect(field("endpoint").getAttribute("aria-invalid")).toBe("true");
	const problem = document.getElementById(field("endpoint").getAttribute("aria-describedby") ?? "");
	expect(problem?.textContent).toBe("not a host");
	expect(row("endpoint").contains(problem)).toBe(true);
	expect(el.querySelector<HTMLButtonElement>(".flyte-nb-save")?.disabled).toBe(true);
});

it("explains what the file cannot hold", () => {
	const { field, row } = mount();
	expect(field("retries").disabled).toBe(true);
	expect(row("retries").textContent).toContain("has no place in a YAML file");
});

it("lists every candidate on hover and on focus", async () => {
	const { row } = mount();
	const label = row("insecure").querySelector("button") as HTMLButtonElement;
	const list = document.getElementById(label.getAttribute("aria-describedby") ?? "");
	expect(list?.matches(":popover-open")).toBe(false);
	await userEvent.hover(label);
	expect(list?.matches(":popover-open")).toBe(true);
	expect(list?.textContent).toContain("FLYTE_X");
	expect(list?.textContent).toContain("odd");
	await userEvent.unhover(label);
	expect(list?.matches(":popover-open")).toBe(false);
	label.focus();
	expect(list?.matches(":popover-open")).toBe(true);
	await userEvent.keyboard("{Escape}");
	expect(list?.matches(":popover-open")).toBe(false);
});

it("sends a secret and forgets it", async () => {
	const { model, el, row } = mount();
	await press(row("secret"), "Set…");
	const input = row("secret").querySelector("input") as HTMLInputElement;
	expect(input.type).toBe("password");
	await userEvent.fill(input, "correct-horse");
	await press(row("secret"), "Keep");
	expect(model.sent).toEqual([
		{ type: "secret", setting: "secret", value: "correct-horse", place: "keyring" },
	]);
	expect(input.value).toBe("");
	expect(el.innerHTML).not.toContain("correct-horse");
	expect(model.saved).toBe(0);
	model.set("secrets", { secret: "keyring" });
	expect(row("secret").textContent).toContain("to be kept: keyring");
});

it("forgets a secret that is given up", async () => {
	const { model, row } = mount();
	await press(row("secret"), "Set…");
	const input = row("secret").querySelector("input") as HTMLInputElement;
	await userEvent.fill(input, "correct-horse");
	await userEvent.keyboard("{Escape}");
	expect([input.value, model.sent.length]).toEqual(["", 0]);
});

it("shows the difference line by line, and asks to save and to revert", async () => {
	const { model, el } = mount();
	model.set("pending", { endpoint: "two" });
	model.set("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-endpoint: <b>one\n+endpoint: two");
	const diff = el.querySelector("pre") as HTMLElement;
	expect(diff.querySelector("del")?.textContent).toBe("-endpoint: <b>one");
	expect(diff.querySelector("ins")?.textContent).toBe("+endpoint: two");
	await press(el, "Save");
	await press(el, "Revert all");
	expect(model.sent).toEqual([{ type: "save" }, { type: "revert" }]);
});

it("opens another file", async () => {
	const { model, el } = mount();
	const select = el.querySelector(".flyte-nb-file select") as HTMLSelectElement;
	await userEvent.selectOptions(select, "/b.yaml");
	await userEvent.selectOptions(select, "Another file…");
	await userEvent.keyboard("~/new.yaml{Enter}");
	expect(model.sent).toEqual([
		{ type: "open", path: "/b.yaml" },
		{ type: "open", path: "~/new.yaml" },
	]);
});

it("offers to look again after a conflict", async () => {
	const { model, el } = mount();
	model.set("notice", { kind: "conflict", text: "somebody else" });
	await press(el, "Look at the file again, keep my changes");
	expect(model.sent).toEqual([{ type: "refresh" }]);
	expect(el.textContent).toContain("somebody else");
});

it("says that the kernel is busy when no answer comes, until one does", () => {
	vi.useFakeTimers();
	const { model, el } = mount({ notice: {} });
	el.querySelector<HTMLSelectElement>(".flyte-nb-setting select")?.dispatchEvent(
		new Event("change"),
	);
	expect(el.textContent).not.toContain("busy");
	vi.advanceTimersByTime(3100);
	expect(el.textContent).toContain("The kernel is busy");
	model.set("answered", 1);
	expect(el.textContent).not.toContain("busy");
});

it("fits a narrow output and gives each view ids of its own", () => {
	const { el } = mount();
	el.style.width = "300px";
	expect(el.scrollWidth).toBe(300);
	mount();
	const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
	expect(new Set(ids).size).toBe(ids.length);
});

it("lets go of the model when the cell is cleared", () => {
	const { model, el, controller } = mount();
	controller.abort();
	expect(model.listenerCount()).toBe(0);
	expect(el.childElementCount).toBe(0);
});
