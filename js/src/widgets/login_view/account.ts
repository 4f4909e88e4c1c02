import { element } from "../../shared/element.ts";
import type { Follower } from "./follower.ts";
import type { Facts } from "./model.ts";
import { inWords } from "./words.ts";

/** Who is logged in, for how long, and where that is kept. */
export function account(follower: Follower, facts: Facts) {
	const token = element("dd", {});
	const rows: [string, Node | string][] = [["user", facts.user || "not known"]];
	if (follower.left !== null) rows.push(["token", token]);
	if (facts.kept_in) rows.push(["kept in", facts.kept_in]);
	if (facts.notice) rows.push(["note", facts.notice]);
	const root = element("dl", { className: "flyte-nb-account" });
	for (const [label, value] of rows) {
		const cell = value instanceof Node ? value : element("dd", {}, value);
		root.append(element("dt", {}, label), cell);
	}

	function tick(): void {
		const left = follower.left ?? 0;
		const then = facts.is_renewed ? "then renewed by itself" : "then log in again";
		const over = facts.is_renewed ? "renewed with the next call" : "has ended: log in again";
		token.textContent = left > 0 ? `good for ${inWords(left)}, ${then}` : over;
	}

	tick();
	return { root, tick };
}
