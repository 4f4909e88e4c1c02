/** Unpacks and runs the library that is in this script's own tag: a third of its size in a file. */
import { strFromU8, unzlibSync } from "fflate";

const packed = document.currentScript;
if (packed instanceof HTMLScriptElement && packed.dataset.packed) {
	const bytes = Uint8Array.from(atob(packed.dataset.packed), (char) => char.charCodeAt(0));
	const script = document.createElement("script");
	script.textContent = strFromU8(unzlibSync(bytes));
	packed.after(script); // runs it, before anything that follows
}
