import { button, element } from "../../shared/element.ts";
import { onKeys } from "../../shared/keys.ts";
import type { Control, ControlPart } from "./control.ts";
import { follow, settingOf } from "./model.ts";

const PLACES: Record<string, string> = {
	keyring: "Keyring",
	file: "File of its own",
	clear: "In clear, in the configuration file",
};

/** A secret: whether there is one, and a form that sends a new one to the kernel, nowhere else. */
export function secretControl(part: ControlPart): Control {
	const { model, signal, name } = part;
	const said = element("span", { className: "flyte-nb-secret-state" });
	const open = button("Set…", "flyte-nb-button", () => showForm(true));
	open.id = part.id;
	const remove = button("Remove", "flyte-nb-button", () =>
		part.send({ type: "propose", setting: name, text: null }),
	);
	open.ariaLabel = `Set ${name}`;
	remove.ariaLabel = `Remove ${name}`;

	const input = element("input", { type: "password", autocomplete: "off", ariaLabel: name });
	const place = element("select", { ariaLabel: `Where to keep ${name}` });
	const hint = element("span", { className: "flyte-nb-doc" });
	const sayWhere = () => {
		hint.textContent = settingOf(part).places[place.value] ?? "";
	};
	place.addEventListener("change", sayWhere, { signal });
	const form = element(
		"div",
		{ className: "flyte-nb-secret-form", role: "group", ariaLabel: `Set ${name}` },
		input,
		place,
		hint,
		button("Keep", "flyte-nb-button", () => keep()),
		button("Cancel", "flyte-nb-button", () => showForm(false)),
	);
	const box = element(
		"div",
		{ className: "flyte-nb-secret" },
		element("div", {}, said, " ", open, " ", remove),
		form,
	);

	const showForm = (isShown: boolean) => {
		input.value = "";
		form.hidden = !isShown;
		open.hidden = isShown;
		(isShown ? input : open).focus();
	};
	const keep = () => {
		if (input.value === "") return input.focus();
		part.send({ type: "secret", setting: name, value: input.value, place: place.value });
		showForm(false);
	};
	onKeys(input, signal, { Enter: keep });
	onKeys(form, signal, { Escape: () => showForm(false) });
	form.hidden = true;

	follow(part, ["settings", "secrets", "pending"], () => {
		const setting = settingOf(part);
		const waiting = model.get("secrets")[name];
		const isGoing = name in model.get("pending");
		said.textContent = waiting
			? `•••• to be kept: ${(PLACES[waiting] ?? waiting).toLowerCase()}`
			: isGoing
				? "to be removed"
				: setting.isSet
					? `•••• set`
					: "not set";
		remove.hidden = !setting.isSet || isGoing || Boolean(waiting);
		const places = Object.keys(setting.places);
		open.disabled = places.length === 0;
		if ([...place.options].map(({ value }) => value).join() !== places.join()) {
			place.replaceChildren(
				...places.map((value) => element("option", { value, textContent: PLACES[value] ?? value })),
			);
		}
		sayWhere();
	});
	return { element: box, focus: () => open.focus() };
}
