import { button, element } from "../../shared/element.ts";
import { account } from "./account.ts";
import type { Follower } from "./follower.ts";
import { type Facts, goesOn, type Request } from "./model.ts";
import { steps } from "./steps.ts";
import { clock, status, title } from "./words.ts";

const FOCUSABLE = "a[href], button:not(:disabled), input";

/** Shows a login in `host` until `signal`; what changes little is changed in its place. */
export function panel(follower: Follower, host: HTMLElement, signal: AbortSignal): void {
	const heading = element("strong", {});
	const left = element("span", { className: "flyte-nb-faint flyte-nb-left" });
	const head = element("header", {}, heading, left);
	const body = element("div", { className: "flyte-nb-body" });
	const line = element("p", { className: "flyte-nb-status" });
	const foot = element("div", { className: "flyte-nb-row flyte-nb-foot" });
	const aloud = element("div", { className: "flyte-nb-aloud", role: "status" });
	aloud.ariaLive = "polite";
	const root = element(
		"section",
		{ className: "flyte-nb-panel flyte-nb-login", ariaLabel: "Flyte login" },
		head,
		body,
		line,
		foot,
		aloud,
	);
	root.dataset.flyteNbKey = follower.key;
	let drawn = "";
	let inner = new AbortController(); // for what the body listens to
	let ticks = () => {};

	function update(changed: "facts" | "time"): void {
		if (changed === "facts") redraw();
		tick();
	}

	function redraw(): void {
		const { facts, life } = follower;
		root.hidden = facts === null;
		if (facts === null) return;
		const looks = look(facts, life === "gone");
		if (looks !== drawn) {
			drawn = looks;
			keepingFocus(root, () => draw(facts, life === "gone"));
		}
		heading.textContent = title(facts);
		root.dataset.state = life === "gone" ? "gone" : facts.state;
		const now = status(follower);
		line.textContent = now;
		const who = facts.user ? ` as ${facts.user}` : "";
		const said = `${title(facts)}${who}. ${now}`;
		if (aloud.textContent !== said) aloud.textContent = said;
		for (const one of foot.querySelectorAll("button")) one.disabled = facts.busy !== "";
	}

	function draw(facts: Facts, isGone: boolean): void {
		inner.abort();
		inner = new AbortController();
		ticks = () => {};
		body.replaceChildren();
		foot.replaceChildren();
		if (isGone) return;
		foot.append(...actions(facts).map(act));
		if (goesOn(facts.state)) {
			const paste = (address: string) => follower.send({ type: "paste", address });
			body.append(...steps(facts, paste, inner.signal));
			const why = facts.reason && facts.mode !== "auto" ? `${facts.mode}: ${facts.reason}` : "";
			foot.append(element("span", { className: "flyte-nb-faint" }, why));
		} else if (facts.state === "authorized" && !facts.is_open) {
			const shown = account(follower, facts);
			body.append(shown.root);
			ticks = shown.tick;
		}
	}

	function act([words, type]: [string, Exclude<Request["type"], "paste">]): HTMLButtonElement {
		return button(words, "flyte-nb-button", () => follower.send({ type }));
	}

	function tick(): void {
		const { facts, life } = follower;
		const isShown = facts !== null && goesOn(facts.state) && life !== "gone";
		const words = isShown && follower.left !== null ? `${clock(follower.left)} left` : "";
		if (left.textContent !== words) left.textContent = words;
		ticks();
	}

	host.append(root);
	update("facts");
	const stop = follower.listen(update);
	signal.addEventListener("abort", () => {
		stop();
		inner.abort();
		root.remove();
	});
}

/** What the buttons do, in this state. */
function actions(facts: Facts): [string, Exclude<Request["type"], "paste">][] {
	if (goesOn(facts.state)) {
		const other = { device: "Log in by a code", pkce: "Log in by this browser" };
		const all: ReturnType<typeof actions> = [["Cancel", "cancel"]];
		if (facts.other) all.push([other[facts.other], "switch"]);
		return all;
	}
	if (facts.state === "logged-out") return [["Log in", "retry"]];
	if (facts.state !== "authorized") return [["Retry", "retry"]];
	if (facts.is_open) return [];
	return [
		...(facts.is_renewed ? ([["Refresh", "refresh"]] as const) : []),
		["Log out", "logout"],
	].map(([words, type]) => [words, type] as ReturnType<typeof actions>[number]);
}

/** What is drawn anew when it changes: neither times nor what is said meanwhile. */
function look(facts: Facts, isGone: boolean): string {
	const { left_s, interval_s, busy, said, ...rest } = facts;
	const state = rest.state === "polling" ? "waiting" : rest.state;
	return JSON.stringify([isGone, typeof left_s, { ...rest, state }]);
}

/** Does `work`; where it takes away what has the focus, that goes to what comes in its place. */
export function keepingFocus(root: HTMLElement, work: () => void): void {
	const had = root.contains(document.activeElement);
	work();
	if (had && !root.contains(document.activeElement)) focusFirst(root);
}

export function focusFirst(root: HTMLElement): void {
	root.querySelector<HTMLElement>(FOCUSABLE)?.focus({ preventScroll: true });
}
