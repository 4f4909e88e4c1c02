import { element } from "../../shared/element.ts";
import type { Piece } from "./model.ts";

const MAX_LINES = 300;
const NEAR_PX = 24;

/** The end of what a node prints. */
export function log(nameOf: (path: string) => string) {
	const title = element("h4", { textContent: "Output" });
	const text = document.createTextNode("");
	const rest = document.createTextNode("");
	const pre = element("pre", { tabIndex: 0 }, text, rest);
	const root = element("section", { className: "flyte-nb-log" }, title, pre);
	let path = "";
	let lines: string[] = [];
	pre.ariaLabel = "Output";

	function take(piece: Piece): void {
		const isNear = pre.scrollHeight - pre.scrollTop - pre.clientHeight < NEAR_PX;
		if (piece.begins || piece.path !== path) lines = [];
		path = piece.path;
		const skipped = piece.skipped.toLocaleString("en");
		if (piece.skipped > 0) lines.push(`… ${skipped} lines left out …`);
		if (piece.text) lines.push(...piece.text.replace(/\n$/, "").split("\n"));
		if (lines.length > MAX_LINES) lines = lines.slice(-MAX_LINES);
		text.data = lines.length ? `${lines.join("\n")}\n` : "";
		rest.data = piece.rest;
		const name = nameOf(path);
		title.textContent = name ? `Output of ${name}` : "Output";
		pre.ariaLabel = title.textContent;
		pre.classList.toggle("flyte-nb-empty", !text.data && !rest.data);
		if (isNear) pre.scrollTop = pre.scrollHeight;
	}

	return { root, take, path: () => path };
}
