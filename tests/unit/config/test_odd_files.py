"""What stands at the path of a configuration and is none, or is far too large for one."""

import contextlib
import itertools
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from no_hang import no_hang

from flyte_nb.config.catalogue import all_entries
from flyte_nb.config.diagnose import problems
from flyte_nb.config.edit import plan_edit
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.images import ImageConfig
from flyte_nb.config.objects import Config
from flyte_nb.config.sources.content import MAX_BYTES, read_content
from flyte_nb.errors import ConfigError, ConfigFileError


def link_to(target):
    return lambda path: path.symlink_to(target)


def sparse(path):
    with path.open("wb") as file:
        file.truncate(100 << 20)


def unreadable(path):
    path.write_text("admin: {endpoint: h}")
    path.chmod(0)


def listening(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


NO_FILES = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "socket": listening,
    "a loop": lambda path: path.symlink_to(path),
    "a link to nothing": link_to("nowhere"),
    "a device without end": link_to("/dev/zero"),
    "a terminal": link_to("/dev/tty"),
    "100 MB": sparse,
    "no permission": unreadable,
    "memory": link_to("/proc/self/mem"),
}


@pytest.mark.parametrize("ending", ["yaml", "config"])
@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_an_error_at_once(tmp_path, monkeypatch, kind, ending):
    if kind == "no permission" and os.geteuid() == 0:
        pytest.skip("root may read everything")
    monkeypatch.chdir(tmp_path)  # the path of a socket has few characters
    path = Path(f"odd.{ending}")
    NO_FILES[kind](path)
    entry = all_entries()[0]
    with no_hang():
        for ask in (ConfigFile, Config.auto, ImageConfig.auto):
            with pytest.raises(ConfigError, match=f"odd.{ending}"):
                ask(path)
        if kind != "a link to nothing":
            with pytest.raises(ConfigError):
                plan_edit(path, entry, "h")
        with contextlib.suppress(OSError, ConfigError):  # as when it came after a look at it
            assert len(read_content(str(path))) <= MAX_BYTES
        Path("c.yaml").write_text(f"admin: {{clientSecretLocation: {path.absolute()}}}")
        with pytest.raises(ConfigError, match="secret cannot be read"):
            Config.auto("c.yaml")


def test_a_file_that_others_replace_all_the_time_gives_one_of_its_states(tmp_path):
    path, fresh, done = tmp_path / "c.yaml", tmp_path / "fresh", threading.Event()
    seen = set()

    def replace():
        states = ["admin: {endpoint: one}", "admin: {endpoint: two}", None, "pipe"]
        for state in itertools.cycle(states):
            if done.is_set():
                return
            if state is None:
                path.unlink()
                continue
            os.mkfifo(fresh) if state == "pipe" else fresh.write_text(state)
            fresh.replace(path)

    path.write_text("admin: {endpoint: one}")
    other = threading.Thread(target=replace)
    other.start()
    try:
        with no_hang():
            for count in itertools.count():
                if count > 2000 and len(seen) == 3:
                    break
                try:
                    seen.add(Config.auto(path).platform.endpoint)
                    problems(ConfigFile(path), {})
                except ConfigFileError:
                    seen.add("refused")
    finally:
        done.set()
        other.join()
    assert seen == {"one", "two", "refused"}


LARGE = {
    "aliases.yaml": "l0: &l0 [x]\n"
    + "".join(f"l{n}: &l{n} [{f'*l{n - 1},' * 60}]\n" for n in range(1, 60))
    + "admin: {endpoint: *l59}",
    "merges.yaml": "l0: &l0 {a: 1}\n"
    + "".join(f"l{n}: &l{n}\n  <<: [{f'*l{n - 1},' * 60}]\n" for n in range(1, 60)),
    "long-aliases.yaml": f"a: &a {'x' * 10**6}\nb: [{'*a,' * 10**5}]",
    "numbers.yaml": f"admin: {{scopes: [{'1,' * 10**6}]}}",
    "short.yaml": "".join(f"k{n}: v\n" for n in range(50_000)),
    "deep.yaml": "[" * 2 * 10**6,
    "long.yaml": f"admin: {{endpoint: {'secret' * 300_000}}}",
    "references.config": "[platform]\nl0 = x\n"
    + "".join(f"l{n} = {f'%(l{n - 1})s' * 60}\n" for n in range(1, 9))
    + "url = %(l8)s\n",
    "blanks.config": f"[platform]\na{' ' * 10**6}b\n",
    "percents.config": f"[platform]\nurl = {'%%' * 10**6}\n",
    "junk.config": f"[platform]\n{'x' + chr(10)}" * 10**6,
    "defaults.config": "[DEFAULT]\n"
    + "".join(f"a{n}=1\n" for n in range(90_000))
    + "".join(f"[s{n}]\n" for n in range(90_000)),
}
ASK = """
import pathlib, re, resource, sys
from flyte_nb.config.diagnose import problems
from flyte_nb.config.edit import plan_edit
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.objects import Config
from flyte_nb.config.view import find_entry, show
from flyte_nb.errors import ConfigError

resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
try:
    cfg = ConfigFile(sys.argv[1])
    problems(cfg, {})
    repr(show(cfg))
    plan_edit(sys.argv[1], find_entry("platform.url"), "h").diff()
    Config.auto(sys.argv[1])
except ConfigError:
    pass
# Not ru_maxrss: that begins with what the parent process had.
print(int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_takes_little_memory_and_ends(tmp_path, name):
    (tmp_path / name).write_text(LARGE[name])
    command = [sys.executable, "-c", ASK, str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) < 600  # megabytes, of which Python itself has thirty
