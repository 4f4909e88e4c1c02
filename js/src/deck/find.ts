import { pattern, ranges } from "./text.ts";

const ALL = "flyte-nb-found";
const CURRENT = "flyte-nb-found-current";

/**
 * Marks what is looked for in this document, and returns how many there are and where match `at`
 * stands below the top of the document, in pixels; -1 for none.
 *
 * It paints highlights, and so changes nothing of what the deck has made:
 * https://www.w3.org/TR/css-highlight-api-1/
 */
export function find(query: string, at: number): { count: number; px: number } {
	const wanted = pattern(query);
	const found = wanted && document.body ? ranges(document.body, wanted) : [];
	const shown = at < 0 ? undefined : found[Math.min(at, found.length - 1)];
	paint(ALL, found);
	paint(CURRENT, shown ? [shown] : []);
	if (shown) reveal(shown);
	return {
		count: found.length,
		px: shown ? shown.getBoundingClientRect().top + window.scrollY : -1,
	};
}

function paint(name: string, found: Range[]): void {
	if (!("highlights" in CSS)) return; // an old browser goes to the match and does not paint it
	if (found.length === 0) CSS.highlights.delete(name);
	else CSS.highlights.set(name, new Highlight(...found));
}

/** Opens what is folded and scrolls what scrolls around a match, but for the window. */
function reveal(range: Range): void {
	const { startContainer: node } = range;
	for (let element = node.parentElement; element; element = element.parentElement) {
		if (element instanceof HTMLDetailsElement) element.open = true;
	}
	node.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
