import { afterEach, expect, it, vi } from "vitest";

const heard: { source: unknown; data: unknown }[] = [];
const listener = ({ source, data }: MessageEvent) => heard.push({ source, data });
window.addEventListener("message", listener);

afterEach(() => {
	document.body.replaceChildren();
	heard.length = 0;
});

/** A frame with `content` that follows this window. Its origin is ours, so tests can look in. */
async function follower(content: string) {
	const frame = document.createElement("iframe");
	frame.style.cssText = "width: 400px; height: 320px; border: 0";
	frame.srcdoc = `<!doctype html><body style="margin:0">${content}<script type="module">
		import { followParent } from "/src/deck/child.ts";
		followParent();</script>`;
	document.body.append(frame);
	const inside = () => frame.contentWindow as Window;
	const said = () => heard.filter(({ source }) => source === inside()).map(({ data }) => data);
	await vi.waitFor(() => expect(said()).toContainEqual({ flyteNbDeck: "ready" }));
	return { frame, inside, said, root: () => inside().document.documentElement };
}

const tell = (to: Window, theme: unknown) => to.postMessage({ flyteNbDeck: "theme", theme }, "*");

it("reports how high its content is, and again when that changes", async () => {
	const { inside, said } = await follower("<div style='height:700px'></div>");
	await vi.waitFor(() => expect(said()).toContainEqual({ flyteNbDeck: "height", px: 700 }));
	inside().document.querySelector("div")?.style.setProperty("height", "150px");
	await vi.waitFor(() => expect(said()).toContainEqual({ flyteNbDeck: "height", px: 150 }));
});

it("wears the theme that its parent sends", async () => {
	const { inside, root } = await follower("");
	tell(inside(), "dark");
	await vi.waitFor(() => expect(root().dataset.theme).toBe("dark"));
	tell(inside(), "'><script>");
	tell(inside(), "light");
	await vi.waitFor(() => expect(root().dataset.theme).toBe("light"));
});

it("ignores a theme from anyone else", async () => {
	const { inside, root } = await follower("");
	const stranger = document.createElement("iframe");
	stranger.srcdoc = `<script>
		for (let i = 0; i < parent.frames.length; i += 1) {
			parent.frames[i].postMessage({ flyteNbDeck: "theme", theme: "dark" }, "*");
		}
		parent.postMessage("done", "*");</script>`;
	document.body.append(stranger);
	await vi.waitFor(() => expect(heard.map(({ data }) => data)).toContain("done"));
	expect(root().dataset.theme).toBeUndefined();
	tell(inside(), "light");
	await vi.waitFor(() => expect(root().dataset.theme).toBe("light"));
});

it("does without a scroll bar once it is served and fits", async () => {
	const { inside, root } = await follower("<div style='height:700px'></div>");
	await vi.waitFor(() => expect(heard.length).toBeGreaterThan(1));
	expect(root().hasAttribute("data-fits")).toBe(false);
	tell(inside(), "light");
	await vi.waitFor(() => expect(root().hasAttribute("data-fits")).toBe(true));
});
