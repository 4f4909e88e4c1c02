"""Driving a flow by hand: a server, a clock and a user that a test describes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flyte_nb.auth.client_config import ClientConfig
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
from flyte_nb.errors import RemoteError

CLIENT = ClientConfig(
    "https://idp/token",
    "https://idp/authorize",
    "http://localhost:53593/callback",
    "flytectl",
    device_authorization_endpoint="https://idp/device",
    scopes=("all", "offline"),
    code_challenge_methods=("S256",),
)
TOKENS = {
    "access_token": "access-1",
    "refresh_token": "refresh-1",
    "token_type": "bearer",
    "expires_in": 3600,
}
CODE = {
    "device_code": "device-1",
    "user_code": "ABCD-EFGH",
    "verification_uri": "https://idp/activate",
    "verification_uri_complete": "https://idp/activate?user_code=ABCD-EFGH",
    "expires_in": 60,
    "interval": 5,
}


def said(status=200, **body):
    """An answer in JSON."""
    return Reply(0.0, status=status, body=body)


def oauth_error(code, status=400, **more):
    """A refusal."""
    return said(status, error=code, **more)


def trouble(*, may_pass=True, status=None, retry_after_s=None):
    """No answer, or one that is none."""
    problem = RemoteError("https://idp: no", status=status, may_pass=may_pass)
    return Reply(0.0, status=status, problem=problem, retry_after_s=retry_after_s)


@dataclass
class World:
    """Answers what a flow asks, and writes down when."""

    replies: list = field(default_factory=list)
    redirects: list = field(default_factory=list)
    ran: object = None
    listening: str = ""
    sleeps: dict = field(default_factory=dict)  # number of the wait -> how long it takes instead
    now: float = 1000.1
    posts: list = field(default_factory=list)  # (when, Post)
    waits: list = field(default_factory=list)
    told: list = field(default_factory=list)
    takes: list = field(default_factory=list)

    def run(self, flow):
        heard = None
        try:
            while True:
                heard = self.do(flow.send(heard))
        except StopIteration as end:
            return end.value

    def do(self, step):  # noqa: PLR0911
        match step:
            case Post():
                self.posts.append((self.now, step))
                answer = self.replies.pop(0)
                answer = answer(step) if callable(answer) else answer
                return replace(answer, at=self.now)
            case Wait(seconds):
                self.waits.append(seconds)
                self.now += self.sleeps.get(len(self.waits), seconds)
                return self.now
            case TakeRedirect(limit_s):
                self.takes.append(limit_s)
                if not self.redirects:
                    self.now += limit_s
                    return Redirected(self.now)
                self.now += 1
                url = self.redirects.pop(0)
                return Redirected(self.now, url(self) if callable(url) else url)
            case Listen():
                return self.listening
            case Run():
                return self.ran
            case DevicePrompt() | BrowserPrompt() | Polling():
                self.told.append(step)
                return None
        raise AssertionError(step)
