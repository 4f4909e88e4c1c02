"""An interpreter that is started for one run, in the process of the run.

For variables that are read only when a process starts, and for systems on which a copy of a
process should not go on for long.
"""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

    from flyte_nb.run.isolation.wire.plan import Plan


def renew(plan: Plan, request: IO[bytes], result: IO[bytes], channel: int, status: int) -> NoReturn:
    """Replace this process by a new interpreter, which goes on with `resume`."""
    descriptors = (request.fileno(), result.fileno(), channel, status)
    for fd in descriptors:
        os.set_inheritable(fd, True)  # noqa: FBT003 - its only argument
    command = boot(__name__, "resume", descriptors, plan.sys_path)
    os.execve(sys.executable, [sys.executable, *command], plan.environment)  # noqa: S606


def boot(
    module: str, function: str, arguments: tuple[int | str, ...], sys_path: tuple[str, ...]
) -> list[str]:
    """Return arguments of an interpreter that calls *function* of *module*, found in *sys_path*."""
    given = ", ".join(map(repr, arguments))
    code = (
        f"import sys; sys.path[:] = {list(sys_path)!r}; "
        f"from {module} import {function}; {function}({given})"
    )
    return ["-c", code]


def resume(request: int, result: int, channel: int, status: int) -> NoReturn:
    """Run what is asked for, in the new interpreter."""
    from flyte_nb.run.isolation.inside.main import run
    from flyte_nb.run.isolation.wire.plan import read_plan

    for fd in (request, result, channel, status):
        os.set_inheritable(fd, False)  # noqa: FBT003 - as above
    asked = os.fdopen(request, "rb")
    plan = read_plan(asked)
    run(plan, asked, os.fdopen(result, "r+b"), channel, status)
