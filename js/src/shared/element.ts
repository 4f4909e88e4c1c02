/** Make an element with properties and children; text only ever becomes text. */
export function element<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	properties: Partial<HTMLElementTagNameMap[K]>,
	...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
	const made = Object.assign(document.createElement(tag), properties);
	made.append(...children);
	return made;
}

/** An id that no other view on the page has. */
export function uniqueId(name: string): string {
	return `flyte-nb-${name}-${Math.random().toString(36).slice(2)}`;
}

/** A button that does not submit anything. */
export function button(text: string, className: string, act: () => void): HTMLButtonElement {
	const made = element("button", { type: "button", textContent: text, className });
	made.addEventListener("click", act);
	return made;
}
