import type { AnyModel } from "@anywidget/types";

export type Candidate = {
	source: string;
	/** Variable, `file:line` or the kind of source. */
	where: string;
	value: string;
	problem: string;
	inForce: boolean;
};

export type Setting = {
	name: string;
	category: string;
	doc: string;
	kind: "text" | "number" | "boolean" | "list" | "choice" | "secret";
	choices: string[];
	/** Its other names. */
	aliases: string[];
	/** What the edited file says; "" for nothing, and for a secret. */
	text: string;
	isSet: boolean;
	/** Why it cannot stand in the edited file; "" when it can. */
	refusal: string;
	/** For a secret: place to what the user should know about it. */
	places: Record<string, string>;
	/** What is in force, and where it comes from. */
	value: string;
	source: string;
	candidates: Candidate[];
};

/**
 * Mirrors the synced traits of flyte_nb/widgets/config_editor.py.
 *
 * They flow one way: the kernel is the truth. What the user does goes to it as a message with
 * `send`, and it counts in `answered` the messages that it has dealt with.
 */
export type EditorModel = {
	path: string;
	files: { path: string; label: string; inForce: boolean }[];
	settings: Setting[];
	/** Setting to its new text; null to remove it. */
	pending: Record<string, string | null>;
	/** Secret to the place that it will go to. */
	secrets: Record<string, string>;
	problems: Record<string, string>;
	diff: string;
	notice: { kind?: "done" | "error" | "conflict"; text?: string };
	answered: number;
};

export type Part = {
	model: AnyModel<EditorModel>;
	signal: AbortSignal;
	send: (message: Message) => void;
	/** Call *listener* with each message that goes out. */
	onSend: (listener: () => void) => void;
};

export type Message =
	| { type: "propose"; setting: string; text: string | null }
	| { type: "withdraw"; setting: string }
	| { type: "secret"; setting: string; value: string; place: string }
	| { type: "open"; path: string }
	| { type: "refresh" | "revert" | "save" };

export function connect(model: AnyModel<EditorModel>, signal: AbortSignal): Part {
	const listeners: (() => void)[] = [];
	const send = (message: Message) => {
		model.send(message);
		for (const listener of listeners) listener();
	};
	return { model, signal, send, onSend: (listener) => listeners.push(listener) };
}

export function settingOf({ model, name }: Part & { name: string }): Setting {
	const found = model.get("settings").find((setting) => setting.name === name);
	if (!found) throw new Error(`no setting ${name}`);
	return found;
}

/** Call *update* now, and whenever one of *traits* changes. */
export function follow(
	{ model, signal }: Part,
	traits: (keyof EditorModel)[],
	update: () => void,
): void {
	update();
	for (const trait of traits) model.on(`change:${trait}`, update);
	signal.addEventListener("abort", () => {
		for (const trait of traits) model.off(`change:${trait}`, update);
	});
}
