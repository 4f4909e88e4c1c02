"""Any file gives values, a problem or a `ConfigError`, soon; an edit changes what it was asked to.

PyYAML and configparser say what a file means and where; `make soak` tries 20,000 files.
"""

import configparser
import contextlib
import io
import os
import re
import sys

import pytest
import yaml
from config_fuzz import BOM, generate
from no_hang import no_hang

from flyte_nb.config.catalogue import all_entries
from flyte_nb.config.diagnose import problems
from flyte_nb.config.edit import plan_edit
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.images import ImageConfig
from flyte_nb.config.objects import Config, LocalConfig, TaskConfig
from flyte_nb.config.resolve import resolve
from flyte_nb.config.view import explain, show
from flyte_nb.errors import ConfigError, InvalidValueError

CASES = int(os.environ.get("FLYTE_NB_CASES", "800"))
REFUSED_FILE = re.compile(r"levels deep|more than 200,000|an alias of what it stands in|U.FEFF")
SMALL = 20_000  # bytes that PyYAML, which is written in Python, reads in no time


@pytest.mark.parametrize("first", range(0, CASES, 250))
@pytest.mark.usefixtures("home")
def test_any_file_gives_values_or_says_where_it_is_wrong(tmp_path, first):
    for seed in range(first, min(first + 250, CASES)):
        case = generate(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        path = folder / case.name
        path.write_bytes(case.content)
        try:
            with no_hang():
                is_usable = check_reading(path, case)
                for entry, text in case.edits:
                    check_edits(path, case.content, entry, text, is_usable=is_usable)
        except BaseException:
            sys.stderr.write(f"generate({seed}), {case.kind}: {case.content[:300]!r}")
            raise
        assert path.read_bytes() == case.content


def check_reading(path, case):
    """Ask for all there is in a file; return whether it can be used."""
    cfg = ConfigFile(path)
    lines = len(re.findall(b"\r\n|\r|\n|\x85|\xe2\x80[\xa8\xa9]", case.content)) + 1
    found = problems(cfg, {})
    for problem in found:
        line = re.fullmatch(re.escape(str(path)) + r":(\d+)(:\d+)?", problem.where)
        assert line, problem
        assert 1 <= int(line[1]) <= lines, problem
        assert len(str(problem)) < 1000
        assert "hunter2" not in str(problem)
    errors = [problem for problem in cfg.problems if problem.is_error]
    if errors:
        with pytest.raises(ConfigError, match=re.escape(str(path)) + r":\d+"):
            cfg.checked_document()
    else:
        cfg.checked_document()
    for ask in (Config.auto, LocalConfig.auto, TaskConfig.auto, ImageConfig.auto):
        with contextlib.suppress(ConfigError):
            ask(path)
            assert not errors
    for entry in all_entries():
        resolution = resolve(entry, cfg, {})
        assert resolution.candidates
        assert not errors or len(resolution.candidates) == 1 or "internal" in str(errors)
        with contextlib.suppress(InvalidValueError):
            cfg.get(entry.legacy)
        assert entry.yaml_entry is None or cfg.is_yaml or cfg.get(entry.yaml_entry) is None
    shown = show(cfg)
    assert str(path) in repr(shown) + shown._repr_html_()
    assert repr(explain(case.edits[0][0].name, cfg))
    check_meaning(cfg, case.content, errors)
    return not errors


def check_meaning(cfg, content, errors):
    """See that PyYAML or configparser read the same."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        assert "not UTF-8" in errors[0].message
        return
    refused = errors and REFUSED_FILE.search(errors[0].message)
    if len(content) > SMALL or refused:
        return
    try:
        expected = meaning(cfg.is_yaml, text)
    except (yaml.YAMLError, configparser.Error):
        return  # libyaml accepts a few files more; ours are never fewer
    except Exception:  # noqa: BLE001 - what PyYAML lets out, and ours may not
        assert errors
        return
    if errors:
        is_no_mapping = cfg.is_yaml and not isinstance(expected, dict)
        assert is_no_mapping or "internal" in errors[0].message, errors
    elif cfg.is_yaml:
        assert repr(cfg.yaml_config) == repr(expected)
    else:
        assert ini_meaning(cfg.legacy_config) == expected


def is_meant(path, content):
    """Return whether PyYAML reads the file too: libyaml takes some blanks for what it does not."""
    with contextlib.suppress(yaml.YAMLError):
        return meaning(path.suffix == ".yaml", content.decode("utf-8-sig")) is not Ellipsis
    return False


def meaning(is_yaml, text):
    if is_yaml:
        return yaml.safe_load(text)
    parser = configparser.ConfigParser()
    parser.read_file(io.StringIO(text, newline=None))
    return ini_meaning(parser)


def ini_meaning(parser):
    return {
        name: {o: parser.get(name, o, raw=True) for o in own}
        for name, own in [(s, parser._sections[s]) for s in parser.sections()]
    } | {"DEFAULT": dict(parser.defaults())}


def planned(path, entry, text):
    """Return the plan of an edit, None when it is refused."""
    try:
        edit = plan_edit(path, entry, text)
    except (ConfigError, InvalidValueError):
        return None
    assert isinstance(edit.diff(), str)
    return edit


def check_edits(path, content, entry, text, *, is_usable):
    """Set a setting and remove it again; remove what was there."""
    set_ = planned(path, entry, text)
    unset = planned(path, entry, None)
    if not is_usable:
        assert set_ is None
        assert unset is None
        return
    if len(content) > SMALL or not is_meant(path, content):
        return
    for edit, wanted in ((set_, text), (unset, None)):
        if edit is None:
            continue
        assert edit.before == content
        check_bytes(path, edit, entry, wanted)
        check_others(path, edit, entry, wanted)
        other = path.with_name(f"edited.{path.name}")
        other.write_bytes(edit.after)
        again = planned(other, entry, wanted)
        assert again is not None
        assert not again.changes, again.diff()
        is_new = wanted is not None and ConfigFile(path).find(entry) is None
        if is_new:
            check_back(other, edit, entry)


def shared(before, after):
    """Return with how many characters both begin."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(before), len(after)))


def check_back(path, edit, entry):
    """See that a setting that was put in on lines of its own can be taken out again."""
    before, after = edit.before, edit.after
    start = shared(before, after)
    put_in = after[start : start + len(after) - len(before)]
    is_whole = not before or before.endswith((b"\n", b"\r"))
    is_whole = is_whole and not re.search(rb"[\n\r] +#", before)  # which may be of what is put in
    is_lines = put_in.endswith((b"\n", b"\r")) and b"[" not in put_in.split(b"=")[0]
    if is_whole and is_lines and after == before[:start] + put_in + before[start:]:
        back = planned(path, entry, None)
        assert back is not None
        assert back.after == before


def check_bytes(path, edit, entry, wanted):
    """See that the bytes that go are those of the setting."""
    before, after = (c.removeprefix(BOM).decode() for c in (edit.before, edit.after))
    assert edit.before.startswith(BOM) == edit.after.startswith(BOM)
    start = shared(before, after)
    kept = shared(before[start:][::-1], after[start:][::-1])
    end = len(before) - kept
    if start == end:
        return  # nothing goes
    places = yaml_places if path.suffix == ".yaml" else ini_places
    assert any(
        after.startswith(before[:start]) and after[start:].endswith(before[end:])
        for start, end in places(before, entry, wanted)
    )
    if path.suffix == ".yaml":
        lines = re.split("[\n\r\x85\u2028\u2029]", before)
        assert all(line in after for line in lines if line.lstrip()[:1] == "#")


def yaml_places(text, entry, wanted):
    """Yield where a setting stands: its value; to be removed, its lines and its parents'."""
    node, chain = yaml.compose(text, Loader=yaml.SafeLoader), []
    for name in entry.yaml_keys:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        key, node = next((k, v) for k, v in reversed(pairs) if k.value == name)
        chain.append((key, len(pairs)))
    end = node.end_mark.index
    ends = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
    if wanted is not None:
        yield chain[-1][0].end_mark.index, end
        return
    lone = len(chain) - 1
    while lone > 0 and chain[lone][1] == 1:
        lone -= 1
    first = chain[lone][0].start_mark.index
    line = max((m.end() for m in ends.finditer(text, 0, first)), default=0)
    if text[end - 1 : end] not in "\n\r\x85\u2028\u2029" or end == 0:
        following = ends.search(text, end)
        end = following.end() if following else len(text)
    yield line, end


def ini_places(text, entry, wanted):
    """Yield where a setting may stand: behind its name; to be removed, its line."""
    at = 0
    for line in re.findall("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text):
        name = re.split("[=:]", line)[0]
        if name.strip().lower() == entry.legacy.option:
            yield (at if wanted is None else at + len(name) + 1), at + len(line)
        at += len(line)


def check_others(path, edit, entry, wanted):
    """See that no other key has another value."""
    is_yaml = path.suffix == ".yaml"
    before, after = (meaning(is_yaml, c.decode("utf-8-sig")) for c in (edit.before, edit.after))
    if is_yaml:
        value = taken(after, entry.yaml_keys)
        taken(before, entry.yaml_keys)
        kind = entry.legacy.type_
        if wanted is None:
            assert value is None
        elif kind is bool:
            assert value is (wanted == "true")
        else:
            assert value == (wanted.split(",") if kind is list else kind(wanted))
        assert repr(before or {}) == repr(after or {})
        return
    section, option = entry.legacy.section, entry.legacy.option
    value = after.get(section, {}).pop(option, None)
    assert value == (None if wanted is None else wanted.replace("%", "%%"))
    before.get(section, {}).pop(option, None)
    for content in (before, after):
        if not content.get(section):
            content.pop(section, None)
    assert before == after


def taken(data, keys):
    """Take the value at a path out of data, and what then holds nothing."""
    if not isinstance(data, dict) or keys[0] not in data:
        return None
    if len(keys) == 1:
        return data.pop(keys[0])
    value = taken(data[keys[0]], keys[1:])
    if not data[keys[0]] and data[keys[0]] in (None, {}):
        del data[keys[0]]
    return value
