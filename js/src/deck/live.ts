/** A page of decks that grow: shows what the notebook around it says. */
import { followParent } from "./child.ts";
import { Heights } from "./heights.ts";
import { LivePage } from "./live_page.ts";
import { pageTheme, show } from "./page_parts.ts";
import { serveFrames } from "./parent.ts";
import { searchBox } from "./search.ts";

const main = document.querySelector("main") as HTMLElement;
const page = new LivePage(main, {
	opening: main.dataset.opening ?? "",
	onShow: () => search.refresh(),
});
const search = searchBox([], show);

const decks = serveFrames({
	frames: () => page.decks.map(({ frame }) => frame),
	theme: pageTheme(() => decks.broadcast()),
	onFirstWord: (frame) => {
		page.deckOf(frame)?.ready();
		search.refresh();
	},
	onMessage: (frame, message) => {
		if (message.flyteNbDeck === "found") search.found(frame, message.px);
		else if (message.flyteNbDeck === "appended") page.deckOf(frame)?.appended();
	},
});

followParent({
	onTheme: () => decks.broadcast(),
	onMessage: (message) => {
		if (message.flyteNbDeck === "notice") page.say(message.text);
		if (message.flyteNbDeck !== "news") return;
		page.take(message.changes, message.first);
		const searched = page.tabs.searched();
		search.update(searched);
		if (searched.length > 1) page.header.append(search.element);
	},
	heights: new Heights(Number.POSITIVE_INFINITY), // no rule in page.css looks at the viewport's
});
