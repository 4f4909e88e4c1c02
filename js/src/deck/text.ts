import { MAX_MATCHES } from "./messages.ts";

/** A piece of text that reads as one line or paragraph, and the nodes that it is made of. */
type Run = { text: string; pieces: { node: Text; start: number }[] };

/** Elements that a reader does not see the borders of; any other one ends a run of text. */
const INLINE = new Set(
	"A ABBR B BDI BDO CITE CODE DATA DEL DFN EM FONT I INS KBD LABEL MARK Q S SAMP SMALL SPAN STRONG SUB SUP TIME TSPAN U VAR WBR".split(
		" ",
	),
);
const UNSEEN = new Set(["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "HEAD"]);

/** Returns what finds `query` as text, in any case; nothing when there is nothing to find. */
export function pattern(query: string): RegExp | undefined {
	const words = query.trim().split(/\s+/).filter(Boolean);
	if (words.length === 0) return undefined;
	const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
	return new RegExp(escaped.join("\\s+"), "giu");
}

/** Returns where `wanted` stands in the text below `root`, as ranges, up to `MAX_MATCHES`. */
export function ranges(root: Node, wanted: RegExp): Range[] {
	const found: Range[] = [];
	for (const run of runs(root)) {
		for (const match of run.text.matchAll(wanted)) {
			const range = document.createRange();
			range.setStart(...place(run, match.index));
			const [node, offset] = place(run, match.index + match[0].length - 1);
			range.setEnd(node, offset + 1);
			if (found.push(range) === MAX_MATCHES) return found;
		}
	}
	return found;
}

/** Returns the text below `root`, each line or paragraph by itself, to `count` in. */
export function textOf(root: Node): string {
	return [...runs(root)].map(({ text }) => text).join("\0");
}

/** Returns how often `wanted` stands in what `textOf` returned, up to `MAX_MATCHES`. */
export function count(text: string, wanted: RegExp): number {
	let found = 0;
	for (const _ of text.matchAll(wanted)) {
		if (++found === MAX_MATCHES) break;
	}
	return found;
}

function* runs(root: Node): Generator<Run> {
	const walker = (root.ownerDocument ?? (root as Document)).createTreeWalker(
		root,
		NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
		(node) =>
			UNSEEN.has(node.nodeName.toUpperCase()) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
	);
	let run: Run = { text: "", pieces: [] };
	let block: Node | null = null;
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		// An element ends a run also where it is empty, as <br> and <img> are.
		const ends = node.nodeType !== Node.TEXT_NODE && !INLINE.has(node.nodeName.toUpperCase());
		if (ends) block = null;
		if (node.nodeType !== Node.TEXT_NODE) continue;
		const text = node as Text;
		const around = blockOf(text);
		if (around !== block && run.text) {
			yield run;
			run = { text: "", pieces: [] };
		}
		block = around;
		run.pieces.push({ node: text, start: run.text.length });
		run.text += text.data;
	}
	if (run.text) yield run;
}

function blockOf(text: Text): Node | null {
	let node: Node | null = text.parentNode;
	while (node && INLINE.has(node.nodeName.toUpperCase())) node = node.parentNode;
	return node;
}

/** Returns node and offset of a character of `run`. */
function place({ pieces }: Run, index: number): [Text, number] {
	let low = 0;
	for (let high = pieces.length - 1; low < high; ) {
		const middle = Math.ceil((low + high) / 2);
		if ((pieces[middle]?.start ?? 0) <= index) low = middle;
		else high = middle - 1;
	}
	const { node, start } = pieces[low] as Run["pieces"][number];
	return [node, index - start];
}
