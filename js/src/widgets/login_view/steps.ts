import { element, uniqueId } from "../../shared/element.ts";
import { onKeys } from "../../shared/keys.ts";
import { copyButton } from "./copy.ts";
import type { Facts } from "./model.ts";
import { qrCode } from "./qr.ts";

type Paste = (address: string) => void;

/** What the user has to do, as long as the login goes on. */
export function steps(facts: Facts, paste: Paste, signal: AbortSignal): HTMLElement[] {
	if (facts.code !== undefined) return [device(facts, facts.code)];
	if (facts.link === undefined) return [];
	const opens = facts.paste_because
		? [para("Open the login page, and log in.")]
		: [para("A browser was opened; log in there. If you see none:")];
	const all: HTMLElement[] = [...opens, row(link(facts.link))];
	if (facts.paste_because) all.push(...pasting(facts.paste_because, paste, signal));
	return [element("div", { className: "flyte-nb-steps" }, ...all)];
}

function device(facts: Facts, text: string): HTMLElement {
	const code = element("code", { className: "flyte-nb-code", textContent: text });
	const opened = facts.link === undefined ? [] : [row(link(facts.link))];
	const address = element("span", {
		className: "flyte-nb-faint",
		textContent: facts.address ?? "",
	});
	const list = element(
		"div",
		{ className: "flyte-nb-steps" },
		para("Open the login page, here or with a phone, and log in."),
		...opened,
		address,
		para("Approve there if it shows this code, or enter it."),
		row(code, copyButton(code, "the code")),
	);
	const parts: Node[] = [list];
	if (facts.qr) parts.push(qrCode(facts.qr, `QR code of ${facts.address}`));
	return element("div", { className: "flyte-nb-device" }, ...parts);
}

/** Where the browser cannot come back to the kernel, its address does. */
function pasting(because: string, paste: Paste, signal: AbortSignal): HTMLElement[] {
	const input = element("input", {
		type: "text",
		id: uniqueId("paste"),
		autocomplete: "off",
		spellcheck: false,
		placeholder: "http://localhost…?code=…",
	});
	const act = () => {
		if (input.value.trim() === "") return input.focus();
		paste(input.value);
		input.value = ""; // it logs in
	};
	onKeys(input, signal, {
		Enter: act,
		Escape: () => {
			input.value = "";
		},
	});
	const use = element("button", { type: "button", className: "flyte-nb-button" }, "Use it");
	use.addEventListener("click", act);
	const label = element("label", { htmlFor: input.id });
	label.textContent = `Then copy the address of the page that you end at, which may be an error page, and paste it here (${because}).`;
	return [label, row(input, use)];
}

/** A link to the page, which learns nothing of this one. */
function link(address: string): HTMLElement {
	if (!/^https?:\/\//i.test(address)) return element("span", { textContent: address });
	return element("a", {
		className: "flyte-nb-button flyte-nb-open",
		href: address,
		target: "_blank",
		rel: "noopener noreferrer",
		textContent: "Open the login page ↗",
	});
}

const para = (text: string) => element("p", {}, text);
const row = (...parts: Node[]) => element("div", { className: "flyte-nb-row" }, ...parts);
