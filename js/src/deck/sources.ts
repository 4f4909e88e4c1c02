/** A deck as the page brings it. */
export type Source = { name: string; group: string; html: string };

type Index = { lengths: number[]; decks: { name: string; group: string; segments: number[] }[] };

/**
 * Takes the decks out of the page: texts that stand one after the other in its `<plaintext>`, and
 * an index that says how long each is and which of them make up a deck.
 */
export function takeSources(): Source[] {
	const element = document.querySelector("plaintext");
	const index = document.querySelector('script[type="application/json"]');
	const text = element?.textContent ?? "";
	const { lengths, decks }: Index = JSON.parse(index?.textContent ?? '{"lengths":[],"decks":[]}');
	element?.remove();
	let end = 0;
	const segments = lengths.map((length) => {
		end += length;
		return text.slice(end - length, end);
	});
	return decks.map(({ name, group, segments: which }) => ({
		name,
		group,
		html: which.map((one) => segments[one] ?? "").join(""),
	}));
}
