import { afterEach, expect, it, vi } from "vitest";
import { notebookTheme, onNotebookTheme } from "../../src/deck/theme.ts";

const { body, documentElement: root } = document;

afterEach(() => {
	for (const attribute of ["data-jp-theme-light", "class", "style"])
		body.removeAttribute(attribute);
	for (const attribute of ["theme", "style"]) root.removeAttribute(attribute);
});

it.each([
	["JupyterLab's dark theme", () => body.setAttribute("data-jp-theme-light", "false"), "dark"],
	["JupyterLab's light theme", () => body.setAttribute("data-jp-theme-light", "true"), "light"],
	["VS Code's dark theme", () => body.classList.add("vscode-dark"), "dark"],
	["VS Code's high contrast", () => body.classList.add("vscode-high-contrast"), "dark"],
	[
		"VS Code's light high contrast", // carries both classes
		() => body.classList.add("vscode-high-contrast", "vscode-high-contrast-light"),
		"light",
	],
	["Colab's dark theme", () => root.setAttribute("theme", "dark"), "dark"],
	["a dark body", () => body.style.setProperty("background", "#222"), "dark"],
	["a light body", () => body.style.setProperty("background", "#eee"), "light"],
	["a dark root under a clear body", () => root.style.setProperty("background", "#000"), "dark"],
])("knows %s", (_, dress, theme) => {
	dress();
	expect(notebookTheme()).toBe(theme);
});

it("asks the browser when the notebook does not say", () => {
	const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
	expect(notebookTheme()).toBe(isDark ? "dark" : "light");
});

it("reports changes only, until told to stop", async () => {
	body.setAttribute("data-jp-theme-light", "true");
	const themes: string[] = [];
	const stop = onNotebookTheme((theme) => themes.push(theme));
	body.className = "same theme";
	body.setAttribute("data-jp-theme-light", "false");
	await vi.waitFor(() => expect(themes).toEqual(["dark"]));
	stop();
	body.setAttribute("data-jp-theme-light", "true");
	await new Promise(requestAnimationFrame);
	expect(themes).toEqual(["dark"]);
});
