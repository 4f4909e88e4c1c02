import type { Theme } from "./messages.ts";

/** Where notebooks say which theme they wear; anything else shows in the background colour. */
const WATCHED = ["class", "data-jp-theme-light", "data-jp-theme-name", "style", "theme"];

/** Returns the theme of the notebook that this document belongs to. */
export function notebookTheme(): Theme {
	const { body, documentElement: root } = document;
	const jupyter = body.dataset.jpThemeLight; // JupyterLab, Notebook 7, nbconvert
	if (jupyter) return jupyter === "true" ? "light" : "dark";
	const { classList } = body; // VS Code
	if (classList.contains("vscode-light") || classList.contains("vscode-high-contrast-light")) {
		return "light";
	}
	if (classList.contains("vscode-dark") || classList.contains("vscode-high-contrast")) {
		return "dark";
	}
	const colab = root.getAttribute("theme");
	if (colab === "light" || colab === "dark") return colab;
	return backgroundTheme(body) ?? backgroundTheme(root) ?? preferredTheme();
}

/** Calls `listener` whenever the notebook's theme changes; returns how to stop. */
export function onNotebookTheme(listener: (theme: Theme) => void): () => void {
	let last = notebookTheme();
	const check = () => {
		const now = notebookTheme();
		if (now === last) return;
		last = now;
		listener(now);
	};
	const observer = new MutationObserver(check);
	for (const element of [document.documentElement, document.body]) {
		observer.observe(element, { attributeFilter: WATCHED });
	}
	const preference = darkPreference();
	preference.addEventListener("change", check);
	return () => {
		observer.disconnect();
		preference.removeEventListener("change", check);
	};
}

function backgroundTheme(element: Element): Theme | undefined {
	const colour = getComputedStyle(element).backgroundColor;
	const [red = 0, green = 0, blue = 0, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
	if (!colour.startsWith("rgb") || alpha < 0.5) return undefined;
	return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
}

const darkPreference = () => matchMedia("(prefers-color-scheme: dark)");
const preferredTheme = (): Theme => (darkPreference().matches ? "dark" : "light");
