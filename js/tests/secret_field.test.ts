import { afterEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import widget, { type SecretModel } from "../src/widgets/secret_field.ts";
import { FakeModel } from "./fake_model.ts";

function mount() {
	const model = new FakeModel<SecretModel>({
		name: "my-group/api-key",
		place: "the system's keyring",
		notice: {},
	});
	const controller = new AbortController();
	const el = document.body.appendChild(document.createElement("div"));
	widget.render({ model: model.asModel(), el, signal: controller.signal });
	const input = el.querySelector("label")?.control as HTMLInputElement;
	return { model, el, input, controller };
}

afterEach(() => document.body.replaceChildren());

it("sends what is typed and forgets it", async () => {
	const { model, el, input } = mount();
	expect(input.type).toBe("password");
	await userEvent.fill(input, "correct-horse");
	await userEvent.keyboard("{Enter}");
	expect(model.sent).toEqual([{ type: "keep", value: "correct-horse" }]);
	expect([input.value, model.saved]).toEqual(["", 0]);
	expect(el.innerHTML).not.toContain("correct-horse");
});

it("sends nothing that is empty or given up", async () => {
	const { model, el, input } = mount();
	await userEvent.click(el.querySelector("button") as Element);
	await userEvent.fill(input, "x");
	await userEvent.keyboard("{Escape}{Enter}");
	expect(model.sent).toEqual([]);
});

it("says what became of it", () => {
	const { model, el } = mount();
	model.set("notice", { kind: "error", text: "no keyring" });
	expect(el.querySelector("[role=status]")?.textContent).toBe("no keyring");
});

it("lets go of model and value when the cell is cleared", async () => {
	const { model, el, input, controller } = mount();
	await userEvent.fill(input, "correct-horse");
	controller.abort();
	expect([model.listenerCount(), el.childElementCount, input.value]).toEqual([0, 0, ""]);
});
