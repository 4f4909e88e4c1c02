/** The live view that `%flyte_run` shows: the graph, the nodes, what they print, a way to end it. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { element } from "../shared/element.ts";
import { KernelLine, putRecord } from "../shared/kernel_line.ts";
import { announce } from "./run_view/announce.ts";
import { graph } from "./run_view/graph.ts";
import { head } from "./run_view/head.ts";
import { life } from "./run_view/life.ts";
import { log } from "./run_view/log.ts";
import { isOver } from "./run_view/looks.ts";
import type { Message, Request, RunModel } from "./run_view/model.ts";
import { RunState } from "./run_view/state.ts";
import { table } from "./run_view/table.ts";
import "./run_view.css";

type Props = {
	model: AnyModel<RunModel>;
} & Pick<RenderProps<RunModel>, "el" | "signal">;

const TICK_MS = 1000;

function render({ model, el, signal }: Props): void {
	const line = new KernelLine(model, () => kernel.gone());
	const send = (request: Request) => line.send(request);
	/** Hides what stands for this view where there is none: flyte_nb/run/views/stand_in.py. */
	const hide = element("style", {});
	let chosen = "";

	const state = new RunState(
		(changed, drawn) => {
			if (changed.has("head")) {
				top.update();
				hide.textContent =
					state.life === "there"
						? `[data-flyte-nb-run="${CSS.escape(state.id)}"]{display:none}`
						: "";
			}
			if (changed.has("rows")) nodes.update();
			if (changed.has("svg")) picture.draw();
			picture.change(drawn);
			if (changed.has("head")) aloud.update();
		},
		(piece) => {
			output.take(piece);
			nodes.select(output.path(), chosen !== "");
		},
		ask,
	);
	const kernel = life(ask, (now) => {
		state.takeLife(now);
		nodes.update();
	});
	const top = head(state, () => {
		kernel.expect();
		send({ type: "cancel" });
	});
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
		if (!line.hasJustAsked()) line.hello();
	}

	function heard(): void {
		state.heard();
		kernel.heard();
	}

	function onFrame(): void {
		heard();
		state.takeFrame(model.get("frame"));
	}

	/** It is over: show the record. */
	function takeRecord(html: string): void {
		stop();
		putRecord(html, panel);
	}

	function stop(): void {
		clearInterval(ticking);
		line.answered();
		top.end();
		aloud.end();
		model.off("comm_live_update", kernel.expect);
		model.off("change:frame", onFrame);
		model.off("msg:custom", onMessage);
	}

	const onMessage = (message: Message) => {
		heard();
		if (message.type === "changes") state.takeChanges(message);
		else if (message.type === "frame") {
			line.answered();
			state.takeFrame(message);
		}
		if (message.type === "over") line.askForRecord(panel);
		if (message.type === "record") takeRecord(message.html);
		if (message.type === "cancelling") top.heard(message.forced);
	};
	onFrame();
	model.on("comm_live_update", kernel.expect);
	model.on("change:frame", onFrame);
	model.on("msg:custom", onMessage);
	line.askUntilAnswered(() => line.hello());
	const ticking = setInterval(() => {
		if (!isOver(state.phase)) kernel.tick();
		top.tick();
		nodes.tick();
	}, TICK_MS);

	el.append(panel, hide);
	signal.addEventListener("abort", () => {
		stop();
		el.replaceChildren();
		line.bye();
	});
}

export default { render };
