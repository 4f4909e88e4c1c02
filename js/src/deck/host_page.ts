import type { Theme } from "./messages.ts";
import { serveFrames } from "./parent.ts";
import { notebookTheme, onNotebookTheme } from "./theme.ts";

/** The number is the version of the messages: pages of another one bring their own host. */
const FRAMES = 'iframe[data-flyte-nb-decks="1"]';
const INSTALLED = Symbol.for("flyte-nb.decks.host.1");

/**
 * Serves every page of decks in this notebook, present and future; a second call does nothing.
 *
 * Outputs come, go and return (re-run cells, windowed scrolling), and how a front end evaluates
 * their scripts differs, so nothing is tied to one output: the frames are looked up on each message.
 */
export function installHost(signal?: AbortSignal): void {
	const registry = window as unknown as Record<symbol, boolean | undefined>;
	if (registry[INSTALLED]) return;
	registry[INSTALLED] = true;

	let theme: Theme = notebookTheme();
	const host = serveFrames({
		frames: () => document.querySelectorAll<HTMLIFrameElement>(FRAMES),
		theme: () => theme,
		...(signal && { signal }),
	});
	const stop = onNotebookTheme((changed) => {
		theme = changed;
		host.broadcast();
	});
	host.broadcast(); // to pages that loaded before this script ran
	signal?.addEventListener("abort", () => {
		stop();
		delete registry[INSTALLED];
	});
}
