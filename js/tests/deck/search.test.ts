import { afterEach, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { Message } from "../../src/deck/messages.ts";
import { type Searched, searchBox } from "../../src/deck/search.ts";
import { textOf } from "../../src/deck/text.ts";

type Deck = Searched & { sent: Message[]; marked: number | undefined };

let shown = 0;

/** A page of decks, of which the first is shown, with a search box. */
function page(...contents: string[]) {
	shown = 0;
	const reveal = vi.fn();
	const decks = contents.map((html, i): Deck => {
		const frame = document.createElement("iframe");
		frame.srcdoc = html;
		document.body.append(frame);
		const sent: Message[] = [];
		vi.spyOn(frame.contentWindow as Window, "postMessage").mockImplementation((message) => {
			sent.push(message);
		});
		return {
			frame,
			text: () => textOf(new DOMParser().parseFromString(html, "text/html").body),
			sent,
			marked: undefined,
			show: () => {
				shown = i;
				search.refresh();
			},
			isShown: () => shown === i,
			mark(matches) {
				this.marked = matches;
			},
		};
	});
	const search = searchBox(decks, reveal);
	document.body.append(search.element);
	const input = search.element.querySelector("input") as HTMLInputElement;
	const status = () => search.element.querySelector('[role="status"]')?.textContent;
	return { decks, input, reveal, search, status };
}

const at = (deck: Deck | undefined) => {
	const last = deck?.sent.at(-1);
	return last?.flyteNbDeck === "find" ? last.at : undefined;
};

afterEach(() => {
	document.body.replaceChildren();
	vi.restoreAllMocks();
});

it("counts in every deck, also in those that were never opened", async () => {
	const { decks, input, status } = page("<p>loss, loss", "<p>gain", "<b>loss");
	await userEvent.fill(input, "loss");
	await expect.poll(status).toBe("3 matches in 2 decks");
	expect(decks.map(({ marked }) => marked)).toEqual([2, 0, 1]);
	expect(at(decks[0])).toBe(-1);
});

it("goes from match to match and from deck to deck, and round", async () => {
	const { decks, input } = page("<p>loss, loss", "<p>gain", "<b>loss");
	await userEvent.fill(input, "loss");
	const visited = [];
	for (const keys of ["{Enter}", "{Enter}", "{Enter}", "{Enter}", "{Shift>}{Enter}{/Shift}"]) {
		await userEvent.keyboard(keys);
		visited.push([shown, at(decks[shown])]);
	}
	expect(visited).toEqual([
		[0, 0],
		[0, 1],
		[2, 0],
		[0, 0],
		[2, 0],
	]);
});

it("begins anew in a deck that was chosen by hand", async () => {
	const { decks, input } = page("<p>loss, loss", "<p>loss");
	await userEvent.fill(input, "loss");
	await userEvent.keyboard("{Enter}{Enter}");
	decks[1]?.show();
	expect(at(decks[1])).toBe(-1);
	await userEvent.keyboard("{Enter}");
	expect([shown, at(decks[1])]).toEqual([1, 0]);
});

it("says when there is none, and marks nothing any more when it is emptied", async () => {
	const { decks, input, status } = page("<p>loss");
	await userEvent.fill(input, "gain");
	await expect.poll(status).toBe("no match");
	await userEvent.keyboard("{Enter}");
	expect(decks[0]?.marked).toBe(0);
	await userEvent.keyboard("{Escape}");
	expect([input.value, status(), decks[0]?.marked]).toEqual(["", "", undefined]);
	expect(decks[0]?.sent.at(-1)).toMatchObject({ query: "" });
});

it("scrolls once for each question, and never for a deck that was not asked", async () => {
	const { decks, input, reveal, search } = page("<p>loss", "<p>loss");
	const [first, second] = decks.map(({ frame }) => frame) as [HTMLIFrameElement, HTMLIFrameElement];
	search.found(first, 10);
	await userEvent.fill(input, "loss");
	await userEvent.keyboard("{Enter}");
	search.found(second, 20);
	search.found(first, 30);
	search.found(first, 40);
	expect(reveal.mock.calls).toEqual([[first, 30]]);
});

it("runs nothing of what it searches", async () => {
	const html = "<script>parent.ran = 1</script><img src=x onerror='parent.ran = 1'><p>loss";
	const { decks, input, status } = page(html);
	decks[0]?.frame.remove(); // which would run it
	Reflect.deleteProperty(window, "ran");
	await userEvent.fill(input, "loss");
	await expect.poll(status).toBe("1 match");
	expect(Reflect.has(window, "ran")).toBe(false);
});
