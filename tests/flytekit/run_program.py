"""Runs programs: one case a line in, one answer a line out, as JSON.

Started by flytekit's own Python, or by ours with ``--shim``. Each program runs in a process of
its own, forked from one that has imported what is slow to import: it meets nothing that another
program has left.
"""

import ast
import json
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from programs import cells, plain

SECONDS = 60


def prepare():
    """Import what every program needs."""
    if "--shim" in sys.argv:
        from flyte_nb.compat import install

        install()
    import flytekit

    _ = flytekit.task, flytekit.current_context, flytekit.Secret  # the shim imports late


def import_again():
    """Let flytekit read anew what it read when it was imported."""
    from flytekit import FlyteContextManager
    from flytekit.configuration.file import get_config_file

    getattr(get_config_file, "cache_clear", lambda: None)()
    FlyteContextManager.initialize()


def is_import(statement):
    """Return whether a statement imports from flytekit."""
    names = [alias.name for alias in getattr(statement, "names", ())]
    module = getattr(statement, "module", None) or ""
    return any(name.partition(".")[0] == "flytekit" for name in (module, *names))


def run(case):
    """Return what the program of *case* answers, in the folder and environment of *case*."""
    os.chdir(case["folder"])
    os.environ.clear()
    os.environ.update(case["environment"])
    tempfile.tempdir = None
    path = Path(case["path"])
    main = ModuleType("__main__")
    main.__file__ = str(path)
    sys.modules["__main__"] = main
    program = ast.parse(cells(path)[case["name"]]).body
    first = next(number for number, one in enumerate(program) if is_import(one))
    for begin, part in ((lambda: None, program[:first]), (import_again, program[first:])):
        begin()
        exec(compile(ast.Module(part, []), path, "exec"), main.__dict__)
    return plain(main.answer)


def run_apart(case):
    """Return the answer of *case*, or the traceback that it ended with, from a new process."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        with os.fdopen(reader) as lines:
            text = lines.read()
        _, status = os.waitpid(child, 0)
        return json.loads(text) if text else {"failed": f"it ended with status {status}"}
    signal.alarm(SECONDS)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    try:
        answer = {"answer": run(case)}
    except BaseException:  # noqa: BLE001 - whatever it is, is told
        answer = {"failed": traceback.format_exc()}
    with os.fdopen(writer, "w") as lines:
        json.dump(answer, lines)
    os._exit(0)
    return None


def main():
    """Answer until standard input ends."""
    prepare()
    for line in sys.stdin:
        print(json.dumps(run_apart(json.loads(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
