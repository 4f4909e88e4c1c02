"""Integration: for correct files and environments our values equal flytekit's.

Intended differences, none of which the cases contain, stand in ``tests/support/differences.py``.
"""

import dataclasses
import os
import random
import tempfile
from datetime import timedelta
from enum import Enum

import pytest

from flyte_nb.config.catalogue import Credentials, all_entries
from flyte_nb.config.objects import Config, LocalConfig, TaskConfig

CASES = int(os.environ.get("FLYTE_NB_CASES", "600"))
TEXTS = ["x", "some.host:8089", "dns:///host", "", " blank ", "a,b", "a, b", "no", "0", "None"]
NUMBERS = ["1", "7", " 3 "]
INI_BOOLEANS = ["true", "False", "yes", "NO", "on", "off", "1", "0"]
ENV_BOOLEANS = [*INI_BOOLEANS, "n", " false ", "", "x"]
YAML_TEXTS = ["x", "dns:///h", '""', "'quoted'", "null", "a,b"]


def ini_value(entry, choose):
    kind = entry.legacy.type_
    if kind is bool:
        return choose(INI_BOOLEANS)
    if kind in (int, timedelta):
        return choose(NUMBERS[:2])
    return choose(TEXTS)


def env_value(entry, choose):
    if entry.legacy.type_ is bool:
        return choose(ENV_BOOLEANS)
    return choose(NUMBERS) if entry.legacy.type_ in (int, timedelta) else choose(TEXTS)


def yaml_value(entry, choose):
    if entry.legacy.type_ is bool:
        return choose(["true", "false", '"no"', '"yes"', "null", "off"])
    if entry.legacy.type_ is list:
        return choose(["[a, b]", "a,b", "[]", "[x]", "null"])
    return choose(YAML_TEXTS)


def place(entry):
    """Return where flytekit reads *entry*."""
    return (*entry.older, entry.legacy)[0]


def ini_file(entries, choose):
    sections = {}
    for entry in entries:
        here = place(entry)
        lines = sections.setdefault(here.section, [])
        lines.append(f"{here.option} {choose('=:')} {ini_value(entry, choose)}")
    return "\n".join(f"[{name}]\n" + "\n".join(lines) for name, lines in sections.items())


def yaml_file(entries, choose):
    tree = {}
    for entry in entries:
        node, *rest = tree, *entry.yaml_keys
        for key in rest[:-1]:
            node = node.setdefault(key, {})
        node[rest[-1]] = yaml_value(entry, choose)
    return "\n".join(yaml_lines(tree, 0))


def yaml_lines(tree, depth):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield f"{'  ' * depth}{key}:"
            yield from yaml_lines(value, depth + 1)
        else:
            yield f"{'  ' * depth}{key}: {value}"


def generate(seed, folder):
    """Return a case: a file, or none, and an environment."""
    rng = random.Random(seed)
    entries = [e for e in all_entries() if "location" not in e.legacy.option]
    environment = {
        place(e).get_env_name(): env_value(e, rng.choice) for e in entries if rng.random() < 0.15
    }
    if "FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR" in environment:
        environment["FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR"] = rng.choice(["MY_SECRET", "NONE"])
    if rng.random() < 0.5:
        environment["MY_SECRET"] = "from a variable"
    if rng.random() < 0.3:
        secret = folder / f"{seed}.secret"
        secret.write_text(rng.choice(["s3cret", "s3cret\n", "", "two\nlines"]))
        environment["FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION"] = str(secret)
    kind = rng.choice(["ini", "yaml", "none"])
    chosen = [e for e in entries if rng.random() < 0.4]
    path = None
    if kind == "ini":
        path = folder / f"{seed}.config"
        path.write_text(ini_file(chosen, rng.choice))
    elif kind == "yaml":
        path = folder / f"{seed}.yaml"
        path.write_text(yaml_file([e for e in chosen if e.yaml_entry], rng.choice))
    return {"environment": environment, "path": path and str(path)}


def plain(value):
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, timedelta):
        return value.total_seconds()
    return list(value) if isinstance(value, tuple) else value


def ours(path):
    return {
        "config": plain(Config.auto(path)),
        "local": plain(LocalConfig.auto(path)),
        "task": plain(TaskConfig.auto(path)),
    }


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("first", range(0, CASES, 100))
def test_values_equal_flytekits(ask_flytekit, environment, tmp_path, first):
    clean = dict(environment)
    for seed in range(first, first + 100):
        case = generate(seed, tmp_path)
        theirs = ask_flytekit(case)
        environment.clear()
        environment.update(clean, **case["environment"])
        got = ours(case["path"])
        if got["config"]["local_sandbox_path"] == tempfile.gettempdir():
            theirs["value"]["config"]["local_sandbox_path"] = tempfile.gettempdir()
        assert got == theirs["value"], (seed, case)


def test_settings_are_flytekits(ask_flytekit):
    mine = [
        [place(e).get_env_name(), e.yaml_entry.switch if e.yaml_entry else ""]
        for e in all_entries()
        if e is not Credentials.TOKEN_STORE  # ours alone
    ]
    assert sorted(mine) == ask_flytekit({"ask": "settings"})["value"]
