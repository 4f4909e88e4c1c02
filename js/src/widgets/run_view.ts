/** The live view that `%flyte_run` shows: the graph, the nodes, what they print, a way to end it. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { element } from "../shared/element.ts";
import { announce } from "./run_view/announce.ts";
import { graph } from "./run_view/graph.ts";
import { head } from "./run_view/head.ts";
import { log } from "./run_view/log.ts";
import type { Cancelling, Changes, Frame, Request, RunModel } from "./run_view/model.ts";
import { RunState } from "./run_view/state.ts";
import { table } from "./run_view/table.ts";
import "./run_view.css";

type Props = {
	model: AnyModel<RunModel>;
} & Pick<RenderProps<RunModel>, "el" | "signal">;

const TICK_MS = 1000;
const ASK_AGAIN_MS = 1000;
/** A question that is asked before the page has its own way into a busy kernel waits in a queue. */
const ASK_AT_MS = [0, 700, 2500, 8000];

function render({ model, el, signal }: Props): void {
	const send = (request: Request) => model.send(request);
	let chosen = "";
	let askedAt = Number.NEGATIVE_INFINITY;

	const state = new RunState(
		(changed, boxes) => {
			if (changed.has("head")) top.update();
			if (changed.has("rows")) nodes.update();
			if (changed.has("svg")) picture.draw();
			picture.change(boxes);
			if (changed.has("head")) aloud.update();
		},
		(piece) => {
			output.take(piece);
			nodes.select(output.path(), chosen !== "");
		},
		ask,
	);
	const top = head(state, () => send({ type: "cancel" }));
	const nodes = table(state, choose);
	const picture = graph(state, choose);
	const output = log((path) => state.rows.get(path)?.name ?? path);
	const aloud = announce(state);
	const side = element("div", { className: "flyte-nb-side" }, nodes.root, output.root);
	const panel = element(
		"section",
		{ className: "flyte-nb-panel flyte-nb-run", ariaLabel: "Flyte run" },
		top.root,
		element("div", { className: "flyte-nb-parts" }, picture.root, side),
		aloud.root,
	);

	/** Show what a node prints; once more, and whichever runs is shown again. */
	function choose(path: string): void {
		chosen = path === chosen ? "" : path;
		nodes.select(chosen || output.path(), chosen !== "");
		send({ type: "select", path: chosen });
	}

	/** Ask for all of it: something was missed. */
	function ask(): void {
		if (performance.now() - askedAt < ASK_AGAIN_MS) return;
		askedAt = performance.now();
		send({ type: "hello" });
	}

	function stopAsking(): void {
		for (const timer of asking) clearTimeout(timer);
	}

	const onFrame = () => state.takeFrame(model.get("frame"));
	const onMessage = (message: Changes | Frame | Cancelling) => {
		if (message.type === "changes") state.takeChanges(message);
		else if (message.type === "frame") {
			stopAsking();
			state.takeFrame(message);
		}
		if (message.type === "cancelling") top.heard(message.forced);
	};
	onFrame();
	model.on("change:frame", onFrame);
	model.on("msg:custom", onMessage);
	const asking = ASK_AT_MS.map((delay) => setTimeout(() => send({ type: "hello" }), delay));
	const ticking = setInterval(() => {
		top.tick();
		nodes.tick();
	}, TICK_MS);

	el.append(panel);
	signal.addEventListener("abort", () => {
		clearInterval(ticking);
		stopAsking();
		top.end();
		model.off("change:frame", onFrame);
		model.off("msg:custom", onMessage);
		panel.remove();
	});
}

export default { render };
