/** Decks that grow under a cell; the page in the frame shows them, this hands on what comes. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { installHost } from "../deck/host_page.ts";
import { post, read } from "../deck/messages.ts";
import { element } from "../shared/element.ts";
import { KernelLine, putRecord } from "../shared/kernel_line.ts";

/** What the kernel keeps for who cannot ask: message number `seq`, and all up to there. */
type SoFar = { seq: number; changes: unknown[] };
type DeckModel = { page: string; kept: string; so_far: Partial<SoFar> };
type Message =
	| { type: "news"; seq: number; changes: unknown[] }
	| { type: "at"; to: string; seq: number }
	| { type: "all"; to: string; seq: number; changes: unknown[]; first: boolean; last: boolean }
	| { type: "over" }
	| { type: "record"; html: string };
type Props = { model: AnyModel<DeckModel> } & Pick<RenderProps<DeckModel>, "el" | "signal">;

/** After so long without a word one looks whether the kernel is there. */
const SILENT_MS = 5000;
const HEIGHT_PX = 120;
const BUSY = "the kernel is busy; what is missing comes when the cell ends";
const GONE = "the kernel is no more; the decks as they were";

function render({ model, el, signal }: Props): void {
	const line = new KernelLine(model, gone);
	const frame = element("iframe", { title: "Decks", srcdoc: model.get("page") });
	frame.setAttribute("sandbox", "allow-scripts");
	frame.dataset.flyteNbDecks = "1";
	frame.style.cssText = `display:none;width:100%;height:${HEIGHT_PX}px;border:0;border-radius:8px`;
	let seq = -1; // that the page has seen
	let question = 0; // its number; the kernel answers one that is asked again once
	let isReady = false;
	let isBusy = false;
	let heardAt = performance.now();
	const groups = new Set<unknown>();

	const ask = () => line.hello({ seq, question, look: false });
	/** Ask only whether anything was missed. */
	const look = () => line.send({ type: "hello", page: line.page, seq, question, look: true });

	/** Something is missing. */
	function askAnew(): void {
		if (line.hasJustAsked()) return;
		question += 1;
		ask();
	}

	function busy(): void {
		isBusy = true;
		say(BUSY);
	}

	function gone(): void {
		line.answered();
		clearInterval(looking);
		say(GONE);
	}

	const say = (text: string) => post(frame.contentWindow, { flyteNbDeck: "notice", text });

	function show(changes: unknown[], first: boolean): void {
		if (first) groups.clear();
		for (const change of changes as Record<string, unknown>[]) {
			if ("label" in change) groups.add(change.group);
			else if (change.close) groups.delete(change.group);
		}
		frame.style.display = groups.size > 0 ? "block" : "none";
		post(frame.contentWindow, { flyteNbDeck: "news", changes, first });
	}

	/** The document in the frame is there, maybe again, and empty. */
	function begin(): void {
		isReady = true;
		question += 1;
		seq = -1;
		takeSoFar();
		line.askUntilAnswered(ask, busy);
	}

	function takeSoFar(): void {
		const { seq: kept = -1, changes = [] } = model.get("so_far");
		if (!isReady || kept <= seq) return;
		seq = kept;
		show(changes, true);
	}

	function onMessage(message: Message): void {
		heardAt = performance.now();
		if (message.type === "record") takeRecord(message.html);
		if (message.type === "over") line.askForRecord(frame);
		if (!isReady) return;
		if (message.type === "news" && message.seq === seq + 1) {
			seq = message.seq;
			show(message.changes, false);
		} else if (message.type === "news" && message.seq > seq) {
			askAnew();
		} else if (message.type === "at" && message.to === line.page) {
			if (message.seq > seq) askAnew();
		} else if (message.type === "all" && message.to === line.page) {
			if (isBusy) say("");
			isBusy = false;
			line.answered();
			if (message.changes.length > 0) show(message.changes, message.first);
			if (message.last) seq = message.seq;
		}
	}

	/** It is over: show what is there in the end. */
	function takeRecord(html: string): void {
		stop();
		putRecord(html, frame);
	}

	function stop(): void {
		line.answered();
		clearInterval(looking);
		window.removeEventListener("message", onFrameMessage);
		model.off("change:so_far", takeSoFar);
		model.off("comm_live_update", look);
		model.off("msg:custom", onMessage);
	}

	function onFrameMessage({ source, data }: MessageEvent): void {
		if (source === frame.contentWindow && read(data)?.flyteNbDeck === "ready") begin();
	}

	// Not where it is busy and takes questions when the cell has ended.
	const looking = setInterval(() => {
		if (!isBusy && isReady && performance.now() - heardAt > SILENT_MS) look();
	}, SILENT_MS);
	installHost();
	window.addEventListener("message", onFrameMessage);
	model.on("change:so_far", takeSoFar);
	model.on("comm_live_update", look);
	model.on("msg:custom", onMessage);
	// What a notebook keeps that is saved meanwhile stands beside the view, for later.
	const kept = `[data-flyte-nb-kept="${model.get("kept")}"]`;
	const hiding = element("style", {
		textContent: `${kept}, .jp-OutputArea-child:has(${kept}) { display: none; }`,
	});
	el.append(hiding, frame);
	if (!model.get("page")) line.askUntilAnswered(ask, busy); // it is over, and the kernel has the record
	signal.addEventListener("abort", () => {
		stop();
		el.replaceChildren();
		line.bye();
	});
}

export default { render };
