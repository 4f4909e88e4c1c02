/** What the kernel tells of a login: mirrors flyte_nb/auth/login/facts.py. */

export type State =
	| "discovering"
	| "waiting"
	| "polling"
	| "authorized"
	| "denied"
	| "expired"
	| "failed"
	| "cancelled"
	/** Its tokens are gone. */
	| "logged-out";

/** All that can be said of it now; what is not so is not there. */
export type Facts = {
	state: State;
	endpoint: string;
	/** The way that is taken; "auto" before one is. */
	mode: string;
	/** Why this one. */
	reason: string;
	/** What a button does now, in words; empty for nothing. */
	busy: string;
	/** What a button came to. */
	said: string;
	/** What the user enters, and where. */
	code?: string;
	address?: string;
	/** The page that is opened, where it is one of the web. */
	link?: string;
	qr?: { size: number; path: string };
	/** Seconds that the server asks to let go by between questions. */
	interval_s?: number | null;
	/** Why the address that the browser ends at has to be pasted; empty where it need not. */
	paste_because?: string;
	/** The other way that the server offers. */
	other?: "device" | "pkce" | "";
	/** Seconds to the end of the login, or of the token. */
	left_s?: number | null;
	/** Why nobody is logged in, and what to do. */
	problem?: string;
	hint?: string;
	/** Whether admin wants no login. */
	is_open?: boolean;
	user?: string;
	is_renewed?: boolean;
	kept_in?: string;
	notice?: string;
};

/** The synced trait of flyte_nb/widgets/login_view.py: nothing of a login is kept. */
export type LoginModel = { key: string };

export type Message = { type: "login" } & Facts;

/** What it says beside what every view does: `KernelLine`. */
export type Request =
	| { type: "cancel" | "switch" | "retry" | "refresh" | "logout" }
	/** The address that the browser ended at. */
	| { type: "paste"; address: string };

/** Whether the user, or the server, is waited for. */
export function goesOn(state: State): boolean {
	return state === "discovering" || state === "waiting" || state === "polling";
}
