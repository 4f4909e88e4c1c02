import { element } from "../../shared/element.ts";
import { onKeys } from "../../shared/keys.ts";
import { follow, type Part, settingOf } from "./model.ts";

const TYPING_PAUSE = 200; // ms before what is typed goes to the kernel to be checked

export type ControlPart = Part & { name: string; id: string; problemId: string };
export type Control = { element: HTMLElement; focus: () => void };

/** The value of a setting in the file: a choice, or text that is checked while it is typed. */
export function control(part: ControlPart): Control {
	const { kind } = settingOf(part);
	const hasChoices = kind === "boolean" || kind === "choice";
	return hasChoices ? choice(part) : textField(part);
}

function choice(part: ControlPart): Control {
	const { signal, name } = part;
	const select = element("select", { id: part.id });
	select.addEventListener(
		"change",
		() => part.send({ type: "propose", setting: name, text: select.value || null }),
		{ signal },
	);
	follow(part, ["settings", "pending"], () => {
		const setting = settingOf(part);
		const text = proposed(part) ?? "";
		const words = setting.kind === "boolean" ? ["true", "false"] : setting.choices;
		// What the file says stays to be seen, also a word that we would not write.
		const known = new Set(["", ...words, setting.text, text]);
		select.replaceChildren(
			...[...known].map((word) =>
				element("option", { value: word, textContent: word || "— not in the file —" }),
			),
		);
		select.value = text;
		select.disabled = setting.refusal !== "";
	});
	markProblems(part, select);
	return { element: select, focus: () => select.focus() };
}

function textField(part: ControlPart): Control {
	const { model, signal, name } = part;
	const input = element("input", {
		id: part.id,
		autocomplete: "off",
		spellcheck: false,
		autocapitalize: "off",
	});
	if (settingOf(part).kind === "number") input.inputMode = "numeric";
	let timer: number | undefined;
	const push = () => {
		clearTimeout(timer);
		timer = undefined;
		part.send({ type: "propose", setting: name, text: input.value.trim() || null });
	};
	input.addEventListener(
		"input",
		() => {
			clearTimeout(timer);
			timer = window.setTimeout(push, TYPING_PAUSE);
		},
		{ signal },
	);
	input.addEventListener("blur", () => timer !== undefined && push(), { signal });
	const withdraw = () => {
		clearTimeout(timer);
		timer = undefined;
		part.send({ type: "withdraw", setting: name });
		input.value = settingOf(part).text;
	};
	onKeys(input, signal, { Enter: push, Escape: withdraw });
	signal.addEventListener("abort", () => clearTimeout(timer));
	follow(part, ["settings", "pending"], () => {
		const setting = settingOf(part);
		// What is being typed is the newest there is: the kernel's answer may be of a moment ago.
		const isTyping = timer !== undefined || document.activeElement === input;
		const isSame = (proposed(part) ?? "") === input.value.trim();
		if (!(isTyping && name in model.get("pending")) && !isSame) input.value = proposed(part) ?? "";
		input.placeholder = setting.value || "not set";
		input.disabled = setting.refusal !== "";
		if (setting.kind === "list") input.title = "Separate the items with commas";
	});
	markProblems(part, input);
	return { element: input, focus: () => input.focus() };
}

/** What the file will say, or says. */
function proposed(part: ControlPart): string | null {
	const pending = part.model.get("pending");
	return part.name in pending ? (pending[part.name] ?? null) : settingOf(part).text;
}

function markProblems(part: ControlPart, field: HTMLElement): void {
	field.setAttribute("aria-describedby", part.problemId);
	follow(part, ["problems"], () => {
		if (part.name in part.model.get("problems")) field.setAttribute("aria-invalid", "true");
		else field.removeAttribute("aria-invalid");
	});
}
