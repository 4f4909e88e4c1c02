import type { Theme } from "./messages.ts";
import { serveFrames } from "./parent.ts";
import { reveal } from "./reveal.ts";
import { notebookTheme, onNotebookTheme } from "./theme.ts";
import { Watchdog } from "./watchdog.ts";

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
	const frames = () => document.querySelectorAll<HTMLIFrameElement>(FRAMES);
	const watchdog = new Watchdog(frames);
	const host = serveFrames({
		frames,
		theme: () => theme,
		onFirstWord: (frame) => watchdog.heard(frame, false),
		onMessage: (frame, message) => {
			if (message.flyteNbDeck === "reveal") reveal(frame, message.px);
			else if (message.flyteNbDeck === "pong") watchdog.heard(frame, true);
		},
		...(signal && { signal }),
	});
	const stop = onNotebookTheme((changed) => {
		theme = changed;
		host.broadcast();
	});
	host.broadcast(); // to pages that loaded before this script ran
	signal?.addEventListener("abort", () => {
		stop();
		watchdog.stop();
		delete registry[INSTALLED];
	});
}
