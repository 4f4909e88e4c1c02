const SVG = "http://www.w3.org/2000/svg";

/** A QR code; dark on white in either theme, as cameras want it. */
export function qrCode(
	{ size, path }: { size: number; path: string },
	label: string,
): SVGSVGElement {
	const svg = document.createElementNS(SVG, "svg");
	svg.setAttribute("class", "flyte-nb-qr");
	svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
	svg.setAttribute("role", "img");
	svg.setAttribute("aria-label", label);
	svg.setAttribute("shape-rendering", "crispEdges");
	const ground = svg.appendChild(document.createElementNS(SVG, "rect"));
	for (const side of ["width", "height"]) ground.setAttribute(side, String(size));
	ground.setAttribute("fill", "#fff");
	const dark = svg.appendChild(document.createElementNS(SVG, "path"));
	dark.setAttribute("d", path);
	dark.setAttribute("fill", "#000");
	return svg;
}
