"""What a flow asks to have done, and what it hears of it.

A flow is a generator. It yields one of the steps below and is sent what came of it; what it
returns are tokens, and every failure is an `AuthenticationError` that it raises.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from flyte_nb.auth.credentials import Credentials

if TYPE_CHECKING:
    from flyte_nb.errors import RemoteError


@dataclass(frozen=True, slots=True)
class Post:
    """Send a form; the flow hears a `Reply`.

    Attributes:
        url: Where to.
        form: What to send, URL-encoded.
        headers: More headers than always.
    """

    url: str
    form: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a `Post`.

    Attributes:
        at: When, in seconds of a clock that only goes forward.
        status: Status of HTTP; None where there was no answer.
        body: The JSON of the answer.
        problem: Why there is no JSON, if there is none.
        retry_after_s: How long the server asks to be left alone; None when it did not tell.
    """

    at: float
    status: int | None = None
    body: Any = field(default=None, repr=False)
    problem: RemoteError | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Let time go by; the flow hears what the clock says afterwards.

    Attributes:
        seconds: How long, at least.
    """

    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class DevicePrompt:
    """Tell the user to enter a code somewhere (RFC 8628, 3.3); nothing is heard of it.

    Attributes:
        user_code: What to enter.
        verification_uri: Where.
        verification_uri_complete: Where it need not be entered; None where there is no such page.
        expires_in_s: How long it can be used, from now on.
        interval_s: How often the server is asked.
    """

    user_code: str = field(repr=False)
    verification_uri: str
    verification_uri_complete: str | None = field(default=None, repr=False)
    expires_in_s: float
    interval_s: float


@dataclass(frozen=True, slots=True)
class Polling:
    """The server was asked for the first time whether the user has approved."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BrowserPrompt:
    """Send the user's browser to a page; nothing is heard of it.

    Attributes:
        url: The page; good for this login only.
        expires_in_s: How long the answer is waited for.
        problem: Why the browser's answer will have to be pasted; empty where it need not be.
    """

    url: str = field(repr=False)
    expires_in_s: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Listen:
    """Take browsers that come back; the flow hears why that cannot be, or an empty text.

    Attributes:
        redirect_uri: Where they are sent.
        state: What they bring; who brings another comes from another login.
    """

    redirect_uri: str
    state: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TakeRedirect:
    """Wait for a browser that comes back, or for its address; the flow hears a `Redirected`.

    Attributes:
        limit_s: How long at most.
    """

    limit_s: float


@dataclass(frozen=True, slots=True)
class Redirected:
    """A browser has come back.

    Attributes:
        at: When, as in `Reply`.
        url: The address that it was sent to; empty where none came in time.
    """

    at: float
    url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Run:
    """Run a program; the flow hears a `Ran`.

    Attributes:
        argv: Program and arguments.
        limit_s: How long it may take.
    """

    argv: tuple[str, ...] = field(repr=False)
    limit_s: float


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a `Run`.

    Attributes:
        code: What it ended with; None where it did not begin, or did not end in time.
        output: What it printed.
        error: The last line that it wrote to stderr.
        problem: Why there is no code.
    """

    code: int | None
    output: str = field(default="", repr=False)
    error: str = field(default="", repr=False)
    problem: str = ""


Step: TypeAlias = Post | Wait | DevicePrompt | Polling | BrowserPrompt | Listen | TakeRedirect | Run
Flow: TypeAlias = Generator[Step, Any, Credentials]
