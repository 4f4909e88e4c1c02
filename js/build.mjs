// Bundles the front end into flyte_nb/static/; with --watch, again after each change.
import { readdirSync } from "node:fs";
import * as esbuild from "esbuild";

const shared = {
	bundle: true,
	minify: true,
	target: "es2022",
	outdir: "../flyte_nb/static",
	logLevel: "warning",
};
const watch = process.argv.includes("--watch");

// anywidget loads each widget as one module that imports nothing.
const widgets = {
	...shared,
	entryPoints: readdirSync("src/widgets")
		.filter((name) => name.endsWith(".ts"))
		.map((name) => `src/widgets/${name}`),
	format: "esm",
};

// The parts of a deck's page stand in the HTML itself, as plain scripts.
const decks = {
	...shared,
	entryPoints: [
		{ out: "deck_host", in: "src/deck/host.ts" },
		{ out: "deck_page", in: "src/deck/page.ts" },
		{ out: "deck_page", in: "src/deck/page.css" },
		{ out: "deck_frame", in: "src/deck/frame.ts" },
		{ out: "deck_frame", in: "src/deck/frame.css" },
		{ out: "deck_library", in: "src/deck/library.ts" },
		{ out: "deck_live", in: "src/deck/live.ts" },
		{ out: "deck_live_frame", in: "src/deck/live_frame.ts" },
	],
	format: "iife",
};

for (const options of [widgets, decks]) {
	if (watch) await (await esbuild.context({ ...options, sourcemap: "inline" })).watch();
	else await esbuild.build(options);
}
