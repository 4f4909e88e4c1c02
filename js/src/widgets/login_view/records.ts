import type { Follower } from "./follower.ts";
import { focusFirst, panel } from "./panel.ts";

/** In which a page has put what the kernel displays in the place of what it replaces. */
const REPLACED_MS = 2000;

/**
 * Puts the panel over the record of its login, which is plain HTML, wherever the page shows it.
 *
 * A notebook keeps the record and no widget; its buttons are there as long as the kernel is.
 */
export function records(follower: Follower, signal: AbortSignal): void {
	const selector = `[data-flyte-nb-login="${CSS.escape(follower.key)}"]`;
	const covered = new Map<HTMLElement, AbortController>();
	let focusedAt = Number.NEGATIVE_INFINITY;
	let isWatching = false;

	const observer = new MutationObserver((changes) => {
		for (const { addedNodes } of changes) {
			for (const node of addedNodes) if (node instanceof HTMLElement) cover(node);
		}
		for (const [host, controller] of covered) if (!host.isConnected) controller.abort();
	});

	/** Cover the records in `root`, itself among them. */
	function cover(root: HTMLElement): void {
		const inside = root.querySelectorAll<HTMLElement>(selector);
		for (const host of root.matches(selector) ? [root, ...inside] : inside) show(host);
	}

	function show(host: HTMLElement): void {
		if (covered.has(host)) return;
		const record = [...host.childNodes];
		const controller = new AbortController();
		host.replaceChildren();
		panel(follower, host, controller.signal);
		covered.set(host, controller);
		controller.signal.addEventListener("abort", () => {
			covered.delete(host);
			host.replaceChildren(...record);
		});
		const hadFocus = performance.now() - focusedAt < REPLACED_MS;
		if (hadFocus && document.activeElement === document.body) focusFirst(host);
	}

	follower.listen((changed) => {
		if (changed === "time") return;
		if (follower.life === "gone") uncover();
		else if (!isWatching && follower.facts !== null) {
			isWatching = true;
			observer.observe(document.body, { childList: true, subtree: true });
			cover(document.body);
		}
		// What is displayed next may replace the view that has the focus.
		const focused = document.activeElement?.closest<HTMLElement>("[data-flyte-nb-key]");
		if (focused?.dataset.flyteNbKey === follower.key) focusedAt = performance.now();
	});

	function uncover(): void {
		observer.disconnect();
		for (const controller of [...covered.values()]) controller.abort();
	}

	signal.addEventListener("abort", uncover);
}
