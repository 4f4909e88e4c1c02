import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { installHost } from "../../src/deck/host_page.ts";

let controller: AbortController;
beforeEach(() => {
	controller = new AbortController();
	installHost(controller.signal);
});
afterEach(() => {
	controller.abort();
	document.body.replaceChildren();
	document.body.removeAttribute("data-jp-theme-light");
	document.body.className = "";
});

/** A sandboxed frame that posts `messages`, and shows the themes that it is sent as its height. */
function frame(messages: unknown[], { isPage = true } = {}): HTMLIFrameElement {
	const element = document.createElement("iframe");
	if (isPage) element.dataset.flyteNbDecks = "1";
	element.setAttribute("sandbox", "allow-scripts");
	element.style.height = "320px";
	element.srcdoc = `<script>
		const say = (...messages) => messages.forEach((it) => parent.postMessage(it, "*"));
		const px = { light: 111, dark: 222 };
		addEventListener("message", ({ data }) =>
			data.flyteNbDeck === "theme" && say({ flyteNbDeck: "height", px: px[data.theme] }));
		say(...${JSON.stringify(messages)}.map((it) => it === "NaN" ? { flyteNbDeck: "height", px: NaN } : it));
	</script>`;
	return document.body.appendChild(element);
}

const height = (px: unknown) => ({ flyteNbDeck: "height", px });
const settled = (element: HTMLElement, px: number) =>
	vi.waitFor(() => expect(element.style.height).toBe(`${px}px`));

/** Waits until the messages of all frames so far were heard. */
async function quiet() {
	await settled(frame([height(77)]), 77);
}

it("gives a page the height it asks for", () => settled(frame([height(456.2)]), 457));

it("bounds what a page asks for", async () => {
	await settled(frame([height(1e12)]), 20_000);
	await settled(frame([height(-5)]), 60);
});

it.each([["900"], [null], [{}], [[900]], [true]])("ignores a height of %j", async (px) => {
	const page = frame([height(px), "NaN", { px: 900 }, 900, null, "height"]);
	await quiet();
	expect(page.style.height).toBe("320px");
});

it("ignores frames that are no pages of decks, and other windows", async () => {
	const page = frame([]);
	const stranger = frame([height(900)], { isPage: false });
	window.postMessage(height(901), "*");
	await quiet();
	expect(stranger.style.height).toBe("320px");
	expect(page.style.height).toBe("320px");
});

it("ignores what a deck inside the page says to it", async () => {
	const inner = `<script>top.postMessage(0,"*");parent.parent.postMessage({flyteNbDeck:"height",px:900},"*")</script>`;
	const page = frame([]);
	page.srcdoc = `<iframe sandbox="allow-scripts" srcdoc='${inner}'></iframe>`;
	await new Promise((resolve) => page.addEventListener("load", resolve, { once: true }));
	await quiet();
	expect(page.style.height).toBe("320px");
});

it("answers a page with the theme, and tells it of changes", async () => {
	document.body.dataset.jpThemeLight = "true";
	const page = frame([{ flyteNbDeck: "ready" }]);
	await settled(page, 111);
	document.body.dataset.jpThemeLight = "false";
	await settled(page, 222);
});

it("serves a page that was taken out of the document and put back", async () => {
	const page = frame([height(400)]);
	await settled(page, 400);
	page.remove();
	page.style.height = "320px";
	document.body.append(page);
	await settled(page, 400);
});

it("listens once, however many outputs come and go", async () => {
	const listen = vi.spyOn(window, "addEventListener");
	const observe = vi.spyOn(MutationObserver.prototype, "observe");
	for (let run = 0; run < 1000; run += 1) {
		const page = document.body.appendChild(document.createElement("div"));
		installHost();
		page.remove();
	}
	expect(listen).not.toHaveBeenCalled();
	expect(observe).not.toHaveBeenCalled();
	listen.mockRestore();
	observe.mockRestore();
});
