/**
 * Returns what adds pieces of HTML to the end of a document that has been parsed.
 *
 * Each piece is parsed by itself, and its scripts run as they do in a page. What they write goes
 * to where they stand: the browser itself would begin a new document.
 */
export function appendTo(document: Document): (html: string[], drawn: boolean) => void {
	const parse = (html: string) => {
		const range = document.createRange();
		range.selectNodeContents(document.body);
		return range.createContextualFragment(html);
	};
	document.write = (...texts: string[]) => {
		const written = parse(texts.join(""));
		if (document.currentScript) document.currentScript.before(written);
		else document.body.append(written);
	};
	document.writeln = (...texts: string[]) => document.write(...texts, "\n");

	return (html, drawn) => {
		if (drawn) document.body.replaceChildren(parse(html.at(-1) ?? ""));
		else for (const piece of html) document.body.append(parse(piece));
	};
}
