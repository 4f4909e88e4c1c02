import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import widget, { type ContextModel } from "../src/widgets/context_panel.ts";
import { FakeModel } from "./fake_model.ts";

function mount(traits: Partial<ContextModel> = {}) {
	const model = new FakeModel<ContextModel>({
		project: "flytesnacks",
		domain: "development",
		name: "",
		problems: {},
		...traits,
	});
	const controller = new AbortController();
	const el = document.body.appendChild(document.createElement("div"));
	widget.render({ model: model.asModel(), el, signal: controller.signal });
	return { model, el, input: (label: string) => labelled(el, label), controller };
}

function labelled(el: Element, text: string): HTMLInputElement {
	const labels = [...el.querySelectorAll("label")];
	const control = labels.find((label) => label.textContent === text)?.control;
	if (!(control instanceof HTMLInputElement)) throw new Error(`no input labelled ${text}`);
	return control;
}

function problemOf(input: HTMLInputElement): Element {
	const problem = document.getElementById(input.getAttribute("aria-describedby") ?? "");
	if (!problem) throw new Error("no problem is shown");
	return problem;
}

afterEach(() => document.body.replaceChildren());

it("shows the kernel's values and follows them", () => {
	const { model, input } = mount();
	expect(input("Project").value).toBe("flytesnacks");
	expect(input("Execution name").value).toBe("");
	expect(input("Execution name").placeholder).toBe("fresh for each run");
	model.set("project", "other");
	expect(input("Project").value).toBe("other");
});

it("sends what is typed on Enter, once", async () => {
	const { model, input } = mount();
	await userEvent.fill(input("Domain"), " staging ");
	await userEvent.keyboard("{Enter}");
	await userEvent.tab();
	expect(model.sent).toEqual([{ type: "set", field: "domain", value: "staging" }]);
	expect(model.get("domain")).toBe("development"); // the kernel decides
});

it("sends what is typed when focus leaves, and nothing when nothing was typed", async () => {
	const { model, input } = mount();
	input("Project").focus();
	await userEvent.tab();
	expect(model.sent).toEqual([]);
	await userEvent.keyboard("x");
	await userEvent.tab();
	expect(model.sent).toHaveLength(1);
});

it("restores the kernel's value on Escape", async () => {
	const { model, input } = mount();
	await userEvent.fill(input("Project"), "typo");
	await userEvent.keyboard("{Escape}");
	await userEvent.tab();
	expect(input("Project").value).toBe("flytesnacks");
	expect(model.sent).toEqual([]);
});

it("keeps Enter and Escape from the notebook", async () => {
	const { el, input } = mount();
	const heard: string[] = [];
	el.addEventListener("keydown", (event) => heard.push(event.key));
	input("Project").focus();
	await userEvent.keyboard("{Enter}{Escape}a");
	expect(heard).toEqual(["a"]);
});

it("does not overwrite what is being typed", async () => {
	const { model, input } = mount();
	await userEvent.fill(input("Project"), "half");
	model.set("project", "other");
	expect(input("Project").value).toBe("half");
});

it("shows a problem at its own field until it is gone", () => {
	const { model, input } = mount();
	expect(input("Domain").ariaInvalid).toBeNull();
	model.set("problems", { domain: "no such domain" });
	expect(input("Domain").ariaInvalid).toBe("true");
	expect(problemOf(input("Domain")).textContent).toBe("no such domain");
	expect(problemOf(input("Domain")).role).toBe("alert");
	expect(input("Project").ariaInvalid).toBeNull();
	model.set("problems", {});
	expect(input("Domain").ariaInvalid).toBeNull();
	expect(input("Domain").hasAttribute("aria-describedby")).toBe(false);
});

it("tells the kernel when a refused value is given up", async () => {
	const { model, input } = mount({ problems: { project: "refused" } });
	await userEvent.fill(input("Project"), "BAD");
	await userEvent.keyboard("{Escape}");
	expect(model.sent).toEqual([{ type: "set", field: "project", value: "flytesnacks" }]);
});

it("asks the kernel to reset", async () => {
	const { model, el } = mount();
	await userEvent.click(el.querySelector("button") as Element);
	expect(model.sent).toEqual([{ type: "reset" }]);
});

it("gives each view ids of its own", () => {
	const ids = [mount(), mount()].flatMap(({ el }) => [...el.querySelectorAll("[id]")]);
	expect(new Set(ids.map(({ id }) => id)).size).toBe(ids.length);
});

it("fits a narrow output", () => {
	const { el } = mount({ problems: { name: `too_long_${"x".repeat(80)}` } });
	el.style.width = "300px";
	expect(el.scrollWidth).toBe(300);
});

it("lets go of the model when the cell is cleared", () => {
	const { model, el, controller } = mount();
	controller.abort();
	expect(model.listenerCount()).toBe(0);
	expect(el.childElementCount).toBe(0);
});
