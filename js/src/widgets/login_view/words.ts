import type { Follower } from "./follower.ts";
import type { Facts } from "./model.ts";

const UNITS = [
	["d", 86_400],
	["h", 3_600],
	["min", 60],
	["s", 1],
] as const;
const SILENT =
	"The kernel does not answer: it is busy, or has ended. While it is busy the login goes on.";

/** As in flyte_nb/auth/time_left.py: the two largest units. */
export function inWords(seconds: number): string {
	let left = Math.round(seconds);
	const parts: string[] = [];
	for (const [unit, size] of UNITS) {
		const count = Math.floor(left / size);
		left -= count * size;
		if (count > 0) parts.push(`${count} ${unit}`);
		if (parts.length === 2 || (parts.length > 0 && count === 0)) break;
	}
	return parts.join(" ") || "0 s";
}

export function clock(seconds: number): string {
	const whole = Math.ceil(seconds);
	return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function title(facts: Facts): string {
	if (facts.state === "logged-out") return `Logged out of ${facts.endpoint}`;
	if (facts.state === "authorized") {
		return facts.is_open ? `${facts.endpoint} wants no login` : `Logged in to ${facts.endpoint}`;
	}
	const begins = facts.problem === undefined ? "Log in to" : "Not logged in to";
	return `${begins} ${facts.endpoint}`;
}

const OVER: Partial<Record<Facts["state"], string>> = {
	denied: "The login was refused",
	expired: "Nobody has logged in in time",
	failed: "The login has failed",
	cancelled: "The login was cancelled",
};

/** What is so, in a sentence that a screen reader says when it comes to be so. */
export function status({ facts, life }: Follower): string {
	if (facts === null) return "";
	if (life === "gone") return gone(facts);
	if (life === "silent") return SILENT;
	if (facts.busy) return `${capital(facts.busy)}…`;
	const { state, interval_s, problem } = facts;
	if (state === "discovering") return "Asking the server how to log in…";
	if (state === "waiting" || state === "polling") {
		if (facts.code === undefined) {
			return `Waiting for ${facts.paste_because ? "that address" : "the browser to come back"}.`;
		}
		const every = interval_s && interval_s >= 1 ? `; asking every ${inWords(interval_s)}` : "";
		return `Waiting for you to approve${every}.`;
	}
	if (problem !== undefined) return outcome(facts);
	return facts.said;
}

function gone(facts: Facts): string {
	if (facts.problem !== undefined) return outcome(facts);
	if (facts.state === "authorized") return "The kernel has ended: this was so before.";
	return "The kernel has ended, and the login with it. Run the cell again.";
}

/** What happened, and what to do. */
function outcome({ state, problem = "", hint }: Facts): string {
	const what = OVER[state] ?? "";
	const said = problem.toLowerCase().startsWith(what.toLowerCase())
		? problem
		: `${what}: ${problem}`;
	return `${capital(said.replace(/[:. ]+$/, ""))}${hint ? `; ${hint}` : ""}.`;
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
