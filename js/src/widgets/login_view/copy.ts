import { button } from "../../shared/element.ts";

const SHOWN_MS = 2500;

/** A button that copies what `source` shows, or selects it where the page may not copy. */
export function copyButton(source: HTMLElement, what: string) {
	const made = button("Copy", "flyte-nb-button", act);
	made.ariaLabel = `Copy ${what}`;
	made.ariaLive = "polite";
	let timer: ReturnType<typeof setTimeout>;

	async function act(): Promise<void> {
		const text = source.textContent ?? "";
		try {
			await navigator.clipboard.writeText(text);
			say("Copied");
		} catch {
			// Pages that did not come by HTTPS have no clipboard.
			select(source);
			say("Selected: copy it by the keyboard");
		}
	}

	function say(words: string): void {
		made.textContent = words;
		made.ariaLabel = `${words}: ${what}`;
		clearTimeout(timer);
		timer = setTimeout(() => {
			made.textContent = "Copy";
			made.ariaLabel = `Copy ${what}`;
		}, SHOWN_MS);
	}

	return made;
}

function select(source: HTMLElement): void {
	const range = document.createRange();
	range.selectNodeContents(source);
	const selection = window.getSelection();
	selection?.removeAllRanges();
	selection?.addRange(range);
}
