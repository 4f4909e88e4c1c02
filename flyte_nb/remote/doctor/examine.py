"""The examination: which check comes when, what it needs, and how long it may take."""

from __future__ import annotations

import time
from concurrent import futures
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

from . import admin, login, reach, settings, tls
from .check import Check, State, failure, skipped
from .facts import Deadline, Facts

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from flyte_nb.config.file import ConfigFile

LIMIT_S = 20.0
CHECK_S = 4.0
_GRACE_S = 0.5  # for a check whose own deadline has just passed
_LATE = "try again; if it stays like this, look at the network"
_LATE_NAME = "the name server does not answer: look at the network and whether the VPN is on"


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    run: Callable[[Facts, Deadline], Iterator[Check]]
    needs: tuple[str, ...] = ()
    late: str = _LATE
    is_local: bool = False  # quick and without network: done even when the time is up


_STEPS = (
    _Step(settings.FILE, settings.check_file, is_local=True),
    _Step(settings.SETTINGS, settings.check_settings, (settings.FILE,), is_local=True),
    _Step(settings.ENDPOINT, settings.check_endpoint, (settings.FILE,), is_local=True),
    _Step(settings.CERTIFICATES, settings.check_certificates, (settings.ENDPOINT,), is_local=True),
    _Step(reach.PROXY, reach.check_proxy, (settings.ENDPOINT,)),
    _Step(reach.DNS, reach.check_name, (reach.PROXY,), late=_LATE_NAME),
    _Step(reach.TCP, reach.check_connection, (reach.DNS,)),
    _Step(tls.TLS, tls.check_tls, (reach.TCP, settings.CERTIFICATES)),
    _Step(admin.ADMIN, admin.check_admin, (tls.TLS,)),
    _Step(admin.CLOCK, admin.check_clock, (admin.ADMIN,), is_local=True),
    _Step(admin.OFFER, admin.check_offer, (tls.TLS,)),
    _Step(reach.LOGIN_PROXY, reach.check_login_proxy, (settings.ENDPOINT,)),
    _Step(login.LOGIN, login.check_login, (settings.FILE,), is_local=True),
    _Step(login.PROXY_TOKEN, login.check_proxy_token, (settings.FILE,), is_local=True),
)


def examine(
    cfg: str | os.PathLike[str] | ConfigFile | None = None,
    *,
    limit_s: float = LIMIT_S,
    check_s: float = CHECK_S,
) -> Iterator[Check]:
    """Yield check after check, each as soon as it is done.

    Whatever is wrong is said by a check: nothing is raised, with or without a network. What
    cannot be looked at because of it is skipped, with the reason.

    Args:
        cfg: The configuration file, or its path; the one in force by default.
        limit_s: Seconds that all checks may take.
        check_s: Seconds that one check may take.
    """
    facts = Facts(asked=cfg)
    until = time.monotonic() + limit_s
    blocked: dict[str, str] = {}  # step, and the one that is to blame
    for step in _STEPS:
        blame = next((blocked[need] for need in step.needs if need in blocked), None)
        left_s = until - time.monotonic()
        if left_s <= 0 and not step.is_local:
            checks = [skipped(step.name, f"the {limit_s:g} seconds for all checks are over")]
        elif blame is not None:
            checks = [skipped(step.name, f"not looked at: {blame} comes first")]
        else:
            checks = _run(step, facts, check_s if step.is_local else min(check_s, left_s))
        if any(check.state in {State.FAILURE, State.SKIPPED} for check in checks):
            blocked[step.name] = blame or step.name
        yield from checks


def _run(step: _Step, facts: Facts, limit_s: float) -> list[Check]:
    """Run *step* in a thread of its own: looking up a name knows no deadline."""
    future: futures.Future[list[Check]] = futures.Future()

    def work() -> None:
        try:
            future.set_result(list(step.run(facts, Deadline(limit_s))))
        except Exception as error:  # noqa: BLE001 - told in the checklist, see below
            future.set_exception(error)

    Thread(target=work, daemon=True, name=f"flyte-nb doctor: {step.name}").start()
    try:
        return future.result(limit_s + _GRACE_S)
    except futures.TimeoutError:
        return [failure(step.name, f"not done within {limit_s:g} seconds", step.late)]
    except Exception as error:  # noqa: BLE001 - one broken check hides no other; its text may
        # hold a secret, its kind does not
        finding = f"the check itself failed: {type(error).__name__}"
        return [failure(step.name, finding, "please report this")]
