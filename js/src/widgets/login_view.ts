/** The panel that `%flyte_login` shows: what to do, then who is logged in. */
import type { InitializeProps, RenderProps } from "@anywidget/types";
import { element } from "../shared/element.ts";
import { Follower } from "./login_view/follower.ts";
import type { LoginModel } from "./login_view/model.ts";
import { panel } from "./login_view/panel.ts";
import { records } from "./login_view/records.ts";
import "./login_view.css";

type Signalled<P> = P & { signal: AbortSignal };

/** One for each model on a page. */
export default function login() {
	let follower: Follower;

	function initialize({
		model,
		signal,
	}: Signalled<Pick<InitializeProps<LoginModel>, "model">>): void {
		follower = new Follower(model);
		records(follower, signal);
		signal.addEventListener("abort", () => follower.stop());
	}

	function render({ el, signal }: Signalled<Pick<RenderProps<LoginModel>, "el">>): void {
		// What a notebook keeps that is saved meanwhile stands beside the view, for later.
		const aside = `[data-flyte-nb-login-aside="${CSS.escape(follower.key)}"]`;
		const hiding = element("style", {
			textContent: `${aside}, .jp-OutputArea-child:has(${aside}) { display: none; }`,
		});
		const host = element("div", {});
		el.append(hiding, host);
		panel(follower, host, signal);
		signal.addEventListener("abort", () => el.replaceChildren());
	}

	return { initialize, render };
}
