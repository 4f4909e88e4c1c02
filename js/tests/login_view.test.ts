import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { Facts, LoginModel } from "../src/widgets/login_view/model.ts";
import { clock, inWords } from "../src/widgets/login_view/words.ts";
import login from "../src/widgets/login_view.ts";
import { FakeModel } from "./fake_model.ts";

const WAITING: Facts = {
	state: "waiting",
	endpoint: "flyte.example.com",
	mode: "device",
	reason: "the kernel runs in JupyterHub",
	busy: "",
	said: "",
	code: "WDJB-MJHT",
	address: "https://id.example.com/device",
	link: "https://id.example.com/device?user_code=WDJB-MJHT",
	qr: { size: 29, path: "M0 0h7v1H0z" },
	interval_s: 5,
	other: "pkce",
	left_s: 600,
};
const BROWSER: Facts = {
	...{ state: "waiting", endpoint: "flyte.example.com", mode: "pkce", reason: "as asked for" },
	...{ busy: "", said: "", link: "https://id.example.com/authorize?state=s", left_s: 600 },
	...{ other: "device", paste_because: "" },
};
const DONE: Facts = {
	...{ state: "authorized", endpoint: "flyte.example.com", mode: "device", reason: "" },
	...{ busy: "", said: "", user: "Ada (ada@example.com)", is_renewed: true },
	...{ kept_in: "the keyring", notice: "", left_s: 3600 },
};
const DENIED: Facts = {
	...{ state: "denied", endpoint: "flyte.example.com", mode: "device", reason: "" },
	...{ busy: "", said: "", problem: "the user has refused", hint: "ask for access" },
};

let pages: AbortController[] = [];

function mount() {
	const model = new FakeModel<LoginModel>({ key: "k1" });
	const [page, view] = [new AbortController(), new AbortController()];
	pages.push(page);
	const el = document.body.appendChild(document.createElement("div"));
	const widget = login();
	widget.initialize({ model: model.asModel(), signal: page.signal });
	widget.render({ el, signal: view.signal });
	const tell = (facts: Facts) => model.receive({ type: "login", ...facts });
	const $ = <E extends HTMLElement>(selector: string) => el.querySelector(selector) as E;
	const press = (name: string, root: Element = el) => {
		const found = [...root.querySelectorAll("button")].find((one) => one.textContent === name);
		if (!found) throw new Error(`no button ${name}`);
		found.click();
	};
	const names = (root: Element = el) =>
		[...root.querySelectorAll("button")].map((b) => b.textContent);
	const record = () => {
		const host = document.createElement("div");
		host.innerHTML = '<div data-flyte-nb-login="k1"><b>Logged in at 12:00</b></div>';
		return document.body.appendChild(host);
	};
	return { model, page, view, el, tell, $, press, names, record };
}

const requests = (model: FakeModel<LoginModel>) =>
	model.sent.filter((one) => !["hello", "bye"].includes((one as { type: string }).type));
const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
	for (const page of pages) page.abort();
	pages = [];
	vi.useRealTimers();
	document.body.replaceChildren();
});

it("asks what there is, and shows nothing before it is told", () => {
	const { model, $ } = mount();
	vi.advanceTimersByTime(0);
	expect(model.sent[0]).toEqual({ type: "hello", page: expect.stringMatching(/./) });
	expect($("section").hidden).toBe(true);
});

it("shows the code, the page, its picture and what is waited for", () => {
	const { tell, $, names } = mount();
	tell(WAITING);
	expect($("strong").textContent).toBe("Log in to flyte.example.com");
	expect($("code").textContent).toBe("WDJB-MJHT");
	expect($(".flyte-nb-left").textContent).toBe("10:00 left");
	expect($(".flyte-nb-status").textContent).toBe("Waiting for you to approve; asking every 5 s.");
	const link = $<HTMLAnchorElement>("a");
	expect([link.href, link.target, link.rel]).toEqual([
		WAITING.link,
		"_blank",
		"noopener noreferrer",
	]);
	const picture = $("svg[role=img]");
	expect(picture.getAttribute("aria-label")).toBe("QR code of https://id.example.com/device");
	expect(picture.querySelector("path")?.getAttribute("d")).toBe(WAITING.qr?.path);
	expect(names()).toEqual(["Copy", "Cancel", "Log in by this browser"]);
	expect($(".flyte-nb-foot").textContent).toContain("device: the kernel runs in JupyterHub");
});

it("makes no link of what is no page of the web", () => {
	const { tell, el } = mount();
	tell({ ...WAITING, link: "javascript:alert(1)" });
	expect(el.querySelector("a")).toBeNull();
	expect(el.textContent).toContain("javascript:alert(1)");
});

it("never takes what is told for markup", () => {
	const bad = "<img src=x onerror=alert(1)>";
	const { tell, el } = mount();
	for (const facts of [WAITING, BROWSER, DONE, DENIED]) {
		const told = Object.fromEntries(
			Object.entries(facts).map(([name, value]) => [
				name,
				typeof value === "string" && !["state", "other"].includes(name) ? bad : value,
			]),
		);
		tell({ ...(told as Facts), paste_because: bad });
		expect(el.querySelector("img")).toBeNull();
		expect(el.textContent).toContain(bad);
	}
});

it("counts down by its own clock, and says nothing of it aloud", () => {
	const { tell, $ } = mount();
	tell(WAITING);
	const aloud = $("[role=status]").textContent;
	expect(aloud).toContain("Waiting for you to approve");
	vi.advanceTimersByTime(3000);
	expect($(".flyte-nb-left").textContent).toBe("9:57 left");
	expect($("[role=status]").textContent).toBe(aloud);
});

it("changes what is said and leaves what is in use", () => {
	const { tell, $ } = mount();
	tell(WAITING);
	const link = $("a");
	link.focus();
	tell({ ...WAITING, state: "polling", left_s: 595, interval_s: 10 });
	expect($("a")).toBe(link);
	expect(document.activeElement).toBe(link);
	expect($(".flyte-nb-status").textContent).toContain("every 10 s");
	tell({ ...WAITING, state: "polling", interval_s: 0.1 });
	expect($(".flyte-nb-status").textContent).toBe("Waiting for you to approve.");
});

it("sends what the buttons say", () => {
	const { model, tell, press } = mount();
	tell(WAITING);
	press("Cancel");
	press("Log in by this browser");
	tell(DENIED);
	press("Retry");
	tell(DONE);
	press("Refresh");
	press("Log out");
	tell({ ...DONE, state: "logged-out" });
	press("Log in");
	expect(requests(model)).toEqual(
		["cancel", "switch", "retry", "refresh", "logout", "retry"].map((type) => ({ type })),
	);
});

it("copies the code, or selects it where the page may not copy", async () => {
	vi.useRealTimers();
	const copied: string[] = [];
	const writing = vi.spyOn(navigator.clipboard, "writeText");
	writing.mockImplementationOnce(async (text) => void copied.push(text));
	const { tell, press, $ } = mount();
	tell(WAITING);
	press("Copy");
	await vi.waitFor(() => expect($("code + button").textContent).toBe("Copied"));
	expect(copied).toEqual(["WDJB-MJHT"]);
	writing.mockRejectedValueOnce(new Error("not allowed"));
	$("code + button").click();
	await vi.waitFor(() => expect($("code + button").textContent).toContain("Selected"));
	expect(window.getSelection()?.toString()).toBe("WDJB-MJHT");
	writing.mockRestore();
});

it("takes a pasted address where the browser cannot come back, and forgets it", async () => {
	vi.useRealTimers();
	const { model, tell, el, $ } = mount();
	tell(BROWSER);
	expect(el.querySelector("input")).toBeNull();
	expect(el.textContent).toContain("A browser was opened");
	tell({ ...BROWSER, paste_because: "the kernel runs in SSH" });
	const input = $<HTMLInputElement>("input");
	expect(input.labels?.[0]?.textContent).toContain("paste it here (the kernel runs in SSH)");
	await userEvent.fill(input, "http://localhost/callback?code=c&state=s");
	tell({ ...BROWSER, paste_because: "the kernel runs in SSH", left_s: 500 });
	await userEvent.keyboard("{Enter}");
	expect(requests(model)).toEqual([
		{ type: "paste", address: "http://localhost/callback?code=c&state=s" },
	]);
	expect(input.value).toBe("");
});

it("says who is logged in, for how long, and nothing that logged in", () => {
	const { tell, el, $ } = mount();
	tell(WAITING);
	tell(DONE);
	expect(el.outerHTML).not.toContain("WDJB-MJHT");
	expect($("dl").textContent).toBe(
		"userAda (ada@example.com)tokengood for 1 h, then renewed by itselfkept inthe keyring",
	);
	expect($("[role=status]").textContent).toContain("as Ada (ada@example.com)");
	vi.advanceTimersByTime(61_000);
	expect($("dl").textContent).toContain("good for 58 min 59 s");
	vi.advanceTimersByTime(3_600_000);
	expect($("dl").textContent).toContain("renewed with the next call");
});

it("offers no refresh where the server gave nothing to refresh with", () => {
	const { tell, names } = mount();
	tell({ ...DONE, is_renewed: false });
	expect(names()).toEqual(["Log out"]);
	tell({ ...DONE, is_open: true });
	expect(names()).toEqual([]);
});

it("lets nobody press twice what goes on", () => {
	const { tell, $ } = mount();
	tell({ ...DONE, busy: "refreshing" });
	expect($<HTMLButtonElement>("button").disabled).toBe(true);
	expect($(".flyte-nb-status").textContent).toBe("Refreshing…");
	tell({ ...DONE, said: "The token was renewed." });
	expect($<HTMLButtonElement>("button").disabled).toBe(false);
	expect($(".flyte-nb-status").textContent).toBe("The token was renewed.");
});

it.each([
	[
		"denied",
		"the user has refused",
		"The login was refused: the user has refused; ask for access.",
	],
	["cancelled", "the login was cancelled", "The login was cancelled; ask for access."],
] as const)("says what happened and what to do: %s", (state, problem, line) => {
	const { tell, $ } = mount();
	tell({ ...DENIED, state, problem });
	expect($(".flyte-nb-status").textContent).toBe(line);
});

it("hands the focus on when what has it goes away, and takes it from nobody", () => {
	const { tell, $ } = mount();
	tell(WAITING);
	$(".flyte-nb-foot button").focus();
	tell(DENIED);
	expect(document.activeElement?.textContent).toBe("Retry");
	(document.activeElement as HTMLElement).blur();
	tell(DONE);
	expect(document.activeElement).toBe(document.body);
});

it("covers a record as long as the kernel is there", async () => {
	const { model, tell, record, press, names } = mount();
	const early = record();
	await settled();
	expect(early.textContent).toBe("Logged in at 12:00");
	tell(DONE);
	expect(names(early)).toEqual(["Refresh", "Log out"]);
	const late = record();
	await settled();
	press("Log out", late);
	expect(requests(model)).toEqual([{ type: "logout" }]);
	late.remove();
	await settled();
	expect(late.textContent).toBe("Logged in at 12:00");
	model.isGone = true;
	model.trigger("comm_live_update");
	expect(early.textContent).toBe("Logged in at 12:00");
});

it("covers no record of another login, and none where no kernel answers", async () => {
	const { model, record } = mount();
	const host = record();
	model.receive({ type: "other" });
	vi.advanceTimersByTime(20_000);
	await settled();
	expect(host.textContent).toBe("Logged in at 12:00");
});

it("keeps the focus when a record takes the place of the view", async () => {
	const { tell, $, view, record } = mount();
	tell(WAITING);
	$("a").focus();
	tell(DONE);
	view.abort();
	const host = record();
	await settled();
	expect(host.contains(document.activeElement)).toBe(true);
});

it("says that the kernel has ended, and offers nothing", () => {
	const { model, tell, $, names } = mount();
	tell(WAITING);
	model.isGone = true;
	model.trigger("comm_live_update");
	expect($("section").textContent).toContain("The kernel has ended, and the login with it");
	expect($("section").textContent).not.toContain("WDJB");
	expect(names()).toEqual([]);
});

it("says when the kernel does not answer, until it does", () => {
	const { model, tell, $ } = mount();
	tell(WAITING);
	const before = model.sent.length;
	vi.advanceTimersByTime(12_000);
	expect(model.sent.length).toBe(before + 1);
	vi.advanceTimersByTime(20_000);
	expect($(".flyte-nb-status").textContent).toContain("does not answer");
	tell(WAITING);
	expect($(".flyte-nb-status").textContent).toContain("Waiting for you");
});

it("asks nothing of a kernel when the login is over", () => {
	const { model, tell } = mount();
	tell(DONE);
	const before = model.sent.length;
	vi.advanceTimersByTime(120_000);
	expect(model.sent.length).toBe(before);
});

it("lets go of everything", async () => {
	const { model, page, view, el, tell, record } = mount();
	tell(DONE);
	const host = record();
	await settled();
	view.abort();
	page.abort();
	expect([model.listenerCount(), el.childElementCount]).toEqual([0, 0]);
	expect(host.textContent).toBe("Logged in at 12:00");
	expect(model.sent.at(-1)).toMatchObject({ type: "bye" });
});

it("tells times as the kernel does", () => {
	expect([0, 59.6, 65, 3600, 3661, 90_061].map(inWords)).toEqual([
		...["0 s", "1 min", "1 min 5 s", "1 h", "1 h 1 min", "1 d 1 h"],
	]);
	expect([0.2, 59, 60, 600].map(clock)).toEqual(["0:01", "0:59", "1:00", "10:00"]);
});
