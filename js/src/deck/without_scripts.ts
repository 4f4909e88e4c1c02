/** In which a browser ends the process of frames that are gone; Chromium takes half of it. */
const ENDS_MS = 1_000;

/**
 * Ends what runs in the pages of decks, and shows them again, the scripts of decks off.
 *
 * All at a time: a process with a script that does not end goes when its last frame does. Pages of
 * decks that grow begin anew as they were.
 */
export async function withoutScripts(pages: HTMLIFrameElement[]): Promise<void> {
	const places = pages.map((page) => {
		const place = document.createComment("a page of decks");
		page.replaceWith(place);
		return { page, place };
	});
	await new Promise((resolve) => setTimeout(resolve, ENDS_MS));
	for (const { page, place } of places) {
		page.srcdoc = quiet(page.srcdoc);
		place.replaceWith(page);
	}
}

/** Returns a page that keeps decks from running scripts; what is no static page, as it is. */
function quiet(srcdoc: string): string {
	const [page = "", ...decks] = srcdoc.split("<plaintext>");
	if (decks.length === 0 || page.includes("<main data-quiet ")) return srcdoc;
	return [page.replace("<main ", "<main data-quiet "), ...decks].join("<plaintext>");
}
