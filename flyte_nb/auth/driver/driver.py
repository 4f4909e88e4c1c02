"""Does what a flow asks for: it alone talks to servers, waits, listens and runs programs."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from flyte_nb.auth.flows.steps import (
    BrowserPrompt,
    DevicePrompt,
    Listen,
    Polling,
    Post,
    Redirected,
    Reply,
    Run,
    TakeRedirect,
    Wait,
)
from flyte_nb.auth.http.fetch import LIMIT_S, post_form
from flyte_nb.errors import LoginCancelledError, RemoteError

from .inbox import Inbox
from .program import run_program
from .redirect import RedirectServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    import requests

    from flyte_nb.auth.credentials import Credentials
    from flyte_nb.auth.flows.steps import Flow, Step

    Told: TypeAlias = DevicePrompt | BrowserPrompt | Polling


class Driver:
    """Runs flows, one at a time; `cancel` and `paste` may be called in any thread.

    Args:
        session: From `flyte_nb.auth.http.transport.new_session`.
        tell: Called with what the user has to know.
        limit_s: Seconds that one question may take.
        clock: Seconds; never goes back.
    """

    def __init__(
        self,
        session: requests.Session,
        tell: Callable[[Told], None] = lambda _: None,
        *,
        limit_s: float = LIMIT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._tell = tell
        self._limit_s = limit_s
        self._clock = clock
        self._stop = threading.Event()
        self._inbox = Inbox()
        self._server: RedirectServer | None = None

    def cancel(self) -> None:
        """End the flow; a question that is under way is answered first."""
        self._stop.set()
        self._inbox.close()

    def paste(self, url: str) -> None:
        """Take the address that the user's browser was sent to."""
        self._inbox.put(url)

    def run(self, flow: Flow) -> Credentials:
        """Return what *flow* returns.

        Raises:
            LoginCancelledError: It was cancelled.
            AuthenticationError: The flow says so.
        """
        try:
            step = next(flow)
            while not self._stop.is_set():
                heard = self._do(step)
                # An answer is heard in any case: it may be tokens, which must not get lost.
                if isinstance(step, Post) or not self._stop.is_set():
                    step = flow.send(heard)
        except StopIteration as end:
            credentials: Credentials = end.value
            return credentials
        finally:
            flow.close()
            self._close()
        raise LoginCancelledError("the login was cancelled", hint="log in again: %flyte_login")

    def _do(self, step: Step) -> Any:
        match step:
            case Post():
                return self._post(step)
            case Wait(seconds):
                until = self._clock() + seconds
                # Some systems wake up a little early, or where their clock was put forward.
                while (left := until - self._clock()) > 0 and not self._stop.wait(left):
                    pass
                return self._clock()
            case Listen():
                return self._listen(step)
            case TakeRedirect(limit_s):
                url = self._inbox.take(limit_s)
                return Redirected(self._clock(), url)
            case Run():
                return run_program(step, self._stop)
            case _:
                return self._tell(step)

    def _post(self, step: Post) -> Reply:
        try:
            answer = post_form(
                self._session, step.url, step.form, headers=step.headers, limit_s=self._limit_s
            )
        except RemoteError as error:
            return Reply(
                self._clock(),
                status=error.status,
                problem=error,
                retry_after_s=error.retry_after_s,
            )
        return Reply(
            self._clock(),
            status=answer.status,
            body=answer.body,
            retry_after_s=answer.retry_after_s,
        )

    def _listen(self, step: Listen) -> str:
        try:
            self._server = RedirectServer(step.redirect_uri, step.state, self._inbox.put)
        except OSError as error:
            return f"nothing can listen at {step.redirect_uri}: {error.strerror or error}"
        return ""

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
