import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Watchdog } from "../../src/deck/watchdog.ts";

let watchdog: Watchdog;
const frames: HTMLIFrameElement[] = [];

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
	watchdog = new Watchdog(() => frames);
});
afterEach(() => {
	watchdog.stop();
	vi.useRealTimers();
	frames.length = 0;
	document.body.replaceChildren();
});

function page(): HTMLIFrameElement {
	const frame = document.body.appendChild(document.createElement("iframe"));
	frames.push(frame);
	return frame;
}

const alerts = () => document.querySelectorAll("[role=alert]").length;

it("tells of a page that has answered and does no more", () => {
	const frame = page();
	vi.advanceTimersByTime(2_000);
	watchdog.heard(frame, true);
	vi.advanceTimersByTime(6_000);
	expect(alerts()).toBe(0);
	vi.advanceTimersByTime(6_000);
	expect(alerts()).toBe(1);
	vi.advanceTimersByTime(60_000);
	expect(alerts()).toBe(1);
	watchdog.heard(frame, true);
	expect(alerts()).toBe(0);
});

it("says nothing of pages that answer, nor of those that never could", () => {
	const good = page();
	page(); // of an older version
	for (let second = 0; second < 60; second += 1) {
		vi.advanceTimersByTime(1_000);
		watchdog.heard(good, true);
	}
	expect(alerts()).toBe(0);
});

it("waits again for a page that has begun anew", () => {
	const frame = page();
	vi.advanceTimersByTime(2_000);
	watchdog.heard(frame, true);
	vi.advanceTimersByTime(6_000);
	watchdog.heard(frame, false); // "ready", of its new document
	vi.advanceTimersByTime(4_000);
	expect(alerts()).toBe(0);
});

it("takes the word away with its page", () => {
	const frame = page();
	vi.advanceTimersByTime(2_000);
	watchdog.heard(frame, true);
	vi.advanceTimersByTime(12_000);
	expect(alerts()).toBe(1);
	frame.remove();
	frames.length = 0;
	vi.advanceTimersByTime(2_000);
	expect(alerts()).toBe(0);
});

it("shows pages again with the scripts of decks off", async () => {
	vi.useRealTimers();
	const { withoutScripts } = await import("../../src/deck/without_scripts.ts");
	const grown = page();
	grown.srcdoc = "<main data-opening=''></main>";
	const still = page();
	still.srcdoc = "<main data-opening=''></main><plaintext><main ";
	await withoutScripts([grown, still]);
	expect(grown.srcdoc).toBe("<main data-opening=''></main>");
	expect(still.srcdoc).toBe("<main data-quiet data-opening=''></main><plaintext><main ");
	expect([...document.body.children]).toEqual([grown, still]);
	await withoutScripts([still]);
	expect(still.srcdoc.match(/data-quiet/g)).toHaveLength(1);
});
