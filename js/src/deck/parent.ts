import { type Message, post, read, type Theme } from "./messages.ts";

/** The side that holds frames: the notebook for its pages, the page for its decks. */
export type Parent = {
	/** Sends the current theme into every frame. */
	broadcast(): void;
};

type Options = {
	/** The frames to serve now; asked again for each message, so none is held on to. */
	frames: () => Iterable<HTMLIFrameElement>;
	theme: () => Theme;
	onFirstWord?: (frame: HTMLIFrameElement) => void;
	/** Anything else that a frame says. */
	onMessage?: (frame: HTMLIFrameElement, message: Message) => void;
	signal?: AbortSignal;
};

/**
 * Gives each frame the height that it asks for, and the theme.
 *
 * One listener serves all frames and finds the sender by its window. So a message from any other
 * window is ignored, a removed frame leaves nothing behind, and a frame that a notebook takes out
 * of the document and puts back later (windowing) is served again.
 */
export function serveFrames({ frames, theme, onFirstWord, onMessage, signal }: Options): Parent {
	const tell = (frame: HTMLIFrameElement) =>
		post(frame.contentWindow, { flyteNbDeck: "theme", theme: theme() });

	const listen = (event: MessageEvent) => {
		const message = read(event.data);
		if (!message || !event.source) return;
		for (const frame of frames()) {
			if (frame.contentWindow !== event.source) continue;
			if (message.flyteNbDeck === "ready") {
				tell(frame);
				onFirstWord?.(frame);
			} else if (message.flyteNbDeck === "height") {
				frame.style.height = `${message.px}px`;
			} else {
				onMessage?.(frame, message);
			}
			return;
		}
	};
	window.addEventListener("message", listen, signal ? { signal } : {});

	return {
		broadcast: () => {
			for (const frame of frames()) tell(frame);
		},
	};
}
