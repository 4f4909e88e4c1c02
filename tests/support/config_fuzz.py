"""Configuration files of every kind, from correct to hostile, each from one number.

`generate(seed)` gives the same file at every run and on every machine.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte_nb.config.catalogue import all_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.config.entry import ConfigEntry

BOM = b"\xef\xbb\xbf"
NEWLINES = ["\n", "\n", "\n", "\r\n", "\r"]
COMMENTS = ["# note", "#", "# a: b", "#\tx {", "# https://u:p@h/", '# "', "# é 😀"]
YAML_VALUES = [
    *["x", "host.example.com:443", "dns:///h", "a,b", "'it''s'", '"a\\tb"', "'x: # y'", "50%"],
    *["true", "no", "null", "~", "", "0", "3", "-1", "0x1F", "1e3", ".nan", "1:30", "010"],
    *["2001-01-01", "[a, b]", "[]", "[a, 'b, c']", "{}", "{a: 1}", "!!str 8089", "! x"],
    *["!!int '7'", "!!python/object:os.system x", "!!binary aGk=", "!x y", "!!set {a}"],
    *["!!int x", "!!bool maybe", "!!float ''", "!!timestamp x", "é😀", '"\\u2028"', "a\u00a0b"],
    *["*b", "&v x", "&w [1]", "{<<: *b}", "x # y", "'multi\n    line'", '"multi\n\n    line"'],
    *[
        "plain\n    goes on",
        "|\n      block\n      text",
        ">-\n      folded\n",
        "|+\n      kept\n\n",
    ],
    *["\n      - a\n      - b", "\n      # inside\n      - a", "\n    - a # why\n    - b"],
    *["9" * 40, "9" * 5000, "x" * 2000, "a\x85b", "a\u2028b", "\ttab", "- a", "a: b", "@x", "`x"],
    *["[a,\n      b]", "{a: 1,\n      b: 2 # why\n    }"],
]
INI_VALUES = [
    *["x", "host:443", "dns:///h", "a,b", " blank ", "", "true", "NO", "maybe", "0", "3", "many"],
    *["50%", "50%%", "%(url)s", "%(nowhere)s", "%(loop)s", "%(url", "%s", "a = b", "a : b"],
    *["a ; b", "a # b", "[x]", "é😀", "a\x85b", "a\u2028b", "a\x0cb", "'q'", '"', "9" * 5000],
    *["one\n  two", "one\n\n  two", "one\n  # c\n  two", "\n  below", "x" * 2000, "=", ":"],
    *["\ttab\t", "x\n\ttab"],
]
YAML_ATOMS = [
    *["a", "b: ", "- ", "\n", "  ", "\n  ", "# c\n", "'q'", '"d"', "{", "}", "[", "]", ", ", ": "],
    *["|\n", "&x ", "*x", "!!str ", "? ", "\r\n", "\x85", "é", "😀", "\u2028", "---\n", "...\n"],
    *["key: v\n", ">-\n", " text\n", "<<: ", "\t", "admin:\n", "  endpoint: h\n", "  scopes: "],
    *["admin: {endpoint: ", "  insecure: true\n", "\ufeff", "\0", "=", "!!set", "~", "'", '"'],
    *["%", "\\"],
]
INI_ATOMS = [
    *["[platform]\n", "[aws]\n", "[DEFAULT]\n", "[internal]\n", "[", "]", "url", " = ", "=", ":"],
    *["\n", "\r\n", "\r", "  ", "\t", "; c\n", "# c\n", "%", "%(url)s", "%%", "x", "é", "\x85"],
    *["retries", "\n  more\n", "\0", "\ufeff", "insecure=true\n", "URL=a\n", "[images]\n", "\x1c"],
]


@dataclass(frozen=True)
class Case:
    """A file, and what is to be edited in it.

    Attributes:
        seed: What it was made from.
        kind: What sort of file it is.
        name: The file's name, whose ending says what it is read as.
        content: Its bytes.
        edits: Settings, each with the text to set it to.
    """

    seed: int
    kind: str
    name: str
    content: bytes
    edits: tuple[tuple[ConfigEntry, str], ...]


def generate(seed: int) -> Case:
    """Return the case of a number."""
    rng = random.Random(seed)
    is_yaml = rng.random() < 0.6
    kind = rng.choices(list(KINDS), [weight for weight, _ in KINDS.values()])[0]
    content = KINDS[kind][1](rng, is_yaml)
    entries = [entry for entry in all_entries() if not entry.secret]
    chosen = rng.sample([e for e in entries if e.yaml_keys] if is_yaml else entries, 2)
    edits = tuple((entry, _value_for(entry, rng)) for entry in chosen)
    return Case(seed, kind, "case.yaml" if is_yaml else "case.config", content, edits)


def _value_for(entry: ConfigEntry, rng: random.Random) -> str:
    kind = entry.legacy.type_
    if kind is bool:
        return rng.choice(["true", "false"])
    if kind is list:
        return rng.choice(["one", "one,two", "a b,c: d"])
    if kind is not str or entry.legacy.option == "logging_level":
        return rng.choice(["7", "12"])
    if entry.legacy.option == "url":
        return rng.choice(["new.host:81", "h", "dns:///new.host"])
    if entry.choices:
        return rng.choice(entry.choices)
    return rng.choice(["new", "true", "a: #b", "it's", "50%", "[x]", "é", "null", "1", "{", "- x"])


def _encoded(text: str, rng: random.Random) -> bytes:
    """Return *text* with some kind of line ends, and perhaps a byte order mark."""
    text = text.replace("\n", rng.choice(NEWLINES))
    mark = BOM if rng.random() < 0.1 else b""
    return mark + text.encode()


def _noise(rng: random.Random, _: bool) -> bytes:  # noqa: FBT001
    return rng.randbytes(rng.randrange(300))


def _atoms(rng: random.Random, is_yaml: bool) -> bytes:  # noqa: FBT001
    atoms = YAML_ATOMS if is_yaml else INI_ATOMS
    return "".join(rng.choices(atoms, k=rng.randrange(25))).encode()


def _correct(rng: random.Random, is_yaml: bool) -> bytes:  # noqa: FBT001
    return _encoded(_yaml(rng) if is_yaml else _ini(rng), rng)


def _mutated(rng: random.Random, is_yaml: bool) -> bytes:  # noqa: FBT001
    content = bytearray(_correct(rng, is_yaml))
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(content) + 1)
        piece = rng.choice([b"", b"\n", b" ", b"\t", b":", b"#", b"'", b"{", b"\x80", b"\0", b"%"])
        content[at : at + rng.randrange(3)] = piece
    return bytes(content)


def _other_encoding(rng: random.Random, is_yaml: bool) -> bytes:  # noqa: FBT001
    encoding = rng.choice(["utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7"])
    return (_yaml(rng) if is_yaml else _ini(rng)).encode(encoding, "replace")


def _hostile(rng: random.Random, is_yaml: bool) -> bytes:  # noqa: FBT001
    size = rng.choice([10, 99, 101, 10_000])
    return rng.choice(YAML_HOSTILE if is_yaml else INI_HOSTILE)(size).encode()


def _bomb(
    size: int, *, end: str = "admin: {endpoint: *l9, scopes: *l9}\nimages: {a: *l9}\n"
) -> str:
    width = min(size, 20)
    levels = (f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * width)}]\n" for n in range(1, 10))
    return f"l0: &l0 [{', '.join(['x'] * width)}]\n{''.join(levels)}{end}"


def _merge_bomb(size: int) -> str:
    width = min(size, 20)
    levels = (f"l{n}: &l{n}\n  <<: [{', '.join([f'*l{n - 1}'] * width)}]\n" for n in range(1, 10))
    return f"l0: &l0 {{a: 1, b: 2}}\n{''.join(levels)}admin: *l9\n"


def _references(size: int) -> str:
    width = min(size, 20)
    levels = (f"l{n} = {f'%(l{n - 1})s' * width}\n" for n in range(1, 9))
    return f"[platform]\nl0 = x\n{''.join(levels)}url = %(l8)s\n[images]\na = %(b)s\nb = %(a)s\n"


YAML_HOSTILE: list[Callable[[int], str]] = [
    _bomb,
    _merge_bomb,
    lambda size: "[" * size,
    lambda size: "[" * size + "]" * size,
    lambda size: "{a: " * size + "}" * size,
    lambda size: "- " * size,
    lambda size: "? " * size,
    lambda size: "".join(" " * (n % 300) + f"k{n}:\n" for n in range(size)),
    lambda size: "a: &a " + "x" * size + f"\nadmin: {{scopes: [{'*a, ' * size}]}}\n",
    lambda size: "admin:\n  endpoint: " + "x" * size * 20 + "\n",
    lambda size: "admin:\n  endpoint: '" + "secret_token" * size + ": x'\n",
    lambda size: "admin: &a {endpoint: h, x: *a}\n" * min(size, 2),
    lambda size: "admin:\n" + "  endpoint: h\n" * min(size, 3000),
    lambda size: "images:\n" + "".join(f"  i{n}: r/i:{n}\n" for n in range(min(size, 3000))),
    lambda size: "a: b\n---\n" * min(size, 3),
    lambda size: "\n" * size + "admin: {endpoint: h}" + "\n" * size,
    lambda size: "!" * size + " x",
    lambda size: "&" + "a" * size + " x: 1",
    lambda size: "admin: {scopes: [" + "1, " * size + "]}",
    lambda size: "? [" + "a, " * size + "]\n: 1\nadmin: {endpoint: h}\n",
    lambda size: "admin: {clientSecretLocation: [" + "a, " * min(size, 9) + "]}\n",
    lambda size: f"admin: {{clientSecretEnvVar: {size}, clientSecretLocation: ~nobody/{size}}}\n",
    lambda size: f"admin: {{clientSecretLocation: /dev/zero, x: {size}}}\n",
    lambda size: 'admin: {clientSecretLocation: "a\\0b' + "x" * size + '"}\n',
]
INI_HOSTILE: list[Callable[[int], str]] = [
    _references,
    lambda size: "[platform]\nurl = " + "%(url)s" * size,
    lambda size: "[platform]\nurl = " + "%%" * size,
    lambda size: "[platform]\nurl = " + "%(" * size,
    lambda size: "[platform]\na" + " " * size + "b\n",
    lambda size: "[platform]\na" + " b" * size + "=1\n",
    lambda size: "[platform]\nurl = x\n" + "  more\n" * size,
    lambda size: "[platform]\n" + "junk\n" * size,
    lambda size: "[platform]\n" + "= x\n" * size,
    lambda size: "[" * size,
    lambda size: "[" + "x" * size + "]\na=1\n",
    lambda size: "[DEFAULT]\nurl=h\n" + "".join(f"a{n}=1\n[s{n}]\n" for n in range(size)),
    lambda size: "[DEFAULT]\nx=1\n[DEFAULT]\ny=2\n" * min(size, 2),
    lambda size: "[platform]\n" + "".join(f"x{n}=1\n" for n in range(size)),
    lambda size: "[platform]\nurl=1\n[platform]\ninsecure=1\n" * min(size, 2),
    lambda size: "[images]\n" + "".join(f"i{n} = r/i:{n}\n" for n in range(min(size, 3000))),
    lambda size: "[images]\n" + "".join(f"i{n} = %\n" for n in range(min(size, 3000))),
    lambda size: "[internal]\n" + "a" * size + "=1\n",
    lambda size: "\n" * size + "url=x\n",
    lambda size: f"[credentials]\nclient_secret_location = /dev/zero\nx = {size}\n",
    lambda size: f"[credentials]\nclient_secret = hunter2\nclient_secret = {size}\n",
]


def _yaml(rng: random.Random) -> str:
    """Return YAML as somebody might write it, most of it correct."""
    blocks = ["base: &b {endpoint: base, x: 1}"] if rng.random() < 0.4 else []
    entries = [e for e in all_entries() if e.yaml_keys]
    tree: dict[str, list[tuple[str, ConfigEntry]]] = {}
    for entry in rng.sample(entries, rng.randrange(6)):
        *parents, last = entry.yaml_keys
        tree.setdefault(".".join(parents), []).append((last, entry))
    seen: set[str] = set()
    for parent, leaves in tree.items():
        if parent.partition(".")[0] in seen:
            continue
        seen.add(parent.partition(".")[0])
        blocks.append(_yaml_block(parent.split("."), [leaf for leaf, _ in leaves], rng))
    others = ["logger:\n  level: 5", "images:\n  a: b:1\n  c: d@e", "x: 1", "l:\n- 1\n- 2"]
    blocks += rng.sample([*others, "s: |\n  t"], rng.randrange(3))
    for _ in range(rng.randrange(3)):
        blocks.insert(rng.randrange(len(blocks) + 1), rng.choice(["", *COMMENTS, "  # far"]))
    start = rng.choice(["", "", "", "---\n", "%YAML 1.1\n---\n", "\n"])
    end = rng.choice(["\n", "\n", "\n", "", "\n...\n", "\n\n", "\n# end"])
    return start + "\n".join(blocks) + end


def _yaml_block(parents: list[str], leaves: list[str], rng: random.Random) -> str:
    def quoted(key: str) -> str:
        return f'"{key}"' if rng.random() < 0.05 else key

    if rng.random() < 0.2:
        simple = [value for value in YAML_VALUES if "\n" not in value]
        inner = ", ".join(f"{quoted(leaf)}: {rng.choice(simple)}" for leaf in leaves)
        comma = rng.choice(["", "", ", ", " "])
        head, *rest = parents
        for parent in reversed(rest):
            inner = f"{parent}: {{{inner}}}"
        return f"{head}: {{{inner}{comma}}}"
    lines, step = [], rng.choice([2, 2, 4, 1])
    for depth, parent in enumerate(parents):
        tail = rng.choice(["", "", "", " # why", "  ", f" &n{depth}", " !!map"])
        lines.append(f"{' ' * step * depth}{quoted(parent)}:{tail}")
    indent = " " * step * len(parents)
    if rng.random() < 0.05:
        leaves = [*leaves, rng.choice(leaves)]
    for leaf in leaves:
        if rng.random() < 0.2:
            lines.append(indent + rng.choice([*COMMENTS, ""]))
        tail = rng.choice(["", "", "", " # what", "   "])
        value = rng.choice(YAML_VALUES)
        lines.append(f"{indent}{quoted(leaf)}: {value}{'' if chr(10) in value else tail}")
    if rng.random() < 0.2:
        odd = f"? odd\n{indent}: 1"
        lines.append(indent + rng.choice([*COMMENTS, "<<: *b", "extra: *b", odd]))
    return "\n".join(lines)


def _ini(rng: random.Random) -> str:
    """Return an INI file as somebody might write it, most of it correct."""
    sections: dict[str, list[str]] = {}
    for entry in rng.sample(all_entries(), rng.randrange(8)):
        place = rng.choice((entry.legacy, *entry.older))
        name = rng.choice([place.option, place.option, place.option.upper()])
        between = rng.choice([" = ", "=", ": ", " : ", "\t=\t", "= "])
        lines = sections.setdefault(place.section, [])
        if rng.random() < 0.2:
            lines.append(rng.choice(["", *COMMENTS, "; note", "  # far"]))
        indent = rng.choice(["", "", "", "", "  ", "\t"])
        lines.append(f"{indent}{name}{between}{rng.choice(INI_VALUES)}")
    if rng.random() < 0.2:
        sections["DEFAULT"] = ["url = fallback", "loop = %(loop)s"]
    if rng.random() < 0.2:
        sections["images"] = ["a = b:1", f"bx = {rng.choice(INI_VALUES)}"]
    parts = []
    for name, lines in sections.items():
        header = f"{rng.choice(['', '', '', '  '])}[{name}]{rng.choice(['', '', ' ; why'])}"
        parts.append("\n".join([header, *lines]))
    if rng.random() < 0.3:
        parts.insert(0, rng.choice(COMMENTS))
    return rng.choice(["\n", "\n\n"]).join(parts) + rng.choice(["\n", "\n", "", "\n\n", "\n  "])


# Each kind, how often it comes, and what makes it.
KINDS: dict[str, tuple[int, Callable[[random.Random, bool], bytes]]] = {
    "correct": (40, _correct),
    "mutated": (20, _mutated),
    "atoms": (20, _atoms),
    "noise": (8, _noise),
    "other encoding": (4, _other_encoding),
    "hostile": (8, _hostile),
}
