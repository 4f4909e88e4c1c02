import { afterEach, expect, it } from "vitest";
import { appendTo } from "../../src/deck/append.ts";

/** An empty document that pieces are added to. Its origin is ours, so that tests look in. */
async function growing() {
	const frame = document.createElement("iframe");
	frame.srcdoc = "<!doctype html><body></body>";
	document.body.append(frame);
	await new Promise((resolve) => frame.addEventListener("load", resolve));
	const inside = frame.contentDocument as Document;
	const append = appendTo(inside);
	return { inside, append: (...html: string[]) => append(html, false), draw: append };
}

afterEach(() => document.body.replaceChildren());

it("adds each piece at the end, parsed by itself", async () => {
	const { inside, append } = await growing();
	append("<p>one", "<li>two</li>\n");
	append("three");
	expect(inside.body.innerHTML).toBe("<p>one</p><li>two</li>\nthree");
});

it("runs scripts in their order, where they stand", async () => {
	const { inside, append } = await growing();
	append("<p id=a></p><script>a.textContent = document.scripts.length; window.ran = 1</script>");
	append("<script>a.textContent += window.ran</script>");
	expect(inside.getElementById("a")?.textContent).toBe("11");
});

it("puts what a script writes where the script stands, and keeps the rest", async () => {
	const { inside, append } = await growing();
	append("<p>before</p><script>document.write('<b>1</b>'); document.writeln('2')</script><i>3</i>");
	inside.querySelector("script")?.remove();
	expect(inside.body.innerHTML).toBe("<p>before</p><b>1</b>2\n<i>3</i>");
	inside.defaultView?.document.write("later");
	expect(inside.body.textContent).toContain("before12");
});

it("draws anew what is drawn", async () => {
	const { inside, draw } = await growing();
	draw(["<p>old</p>"], true);
	draw(["<p>older</p>", "<p>new</p>"], true);
	expect(inside.body.innerHTML).toBe("<p>new</p>");
});
