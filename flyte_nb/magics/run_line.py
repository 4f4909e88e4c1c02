"""What the line of `%flyte_run` says: what is run, its inputs, and how."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from flyte_nb.errors import TypeTransformerFailedError
from flyte_nb.run.cell.flags import seconds
from flyte_nb.run.task_options import TaskOptions
from flyte_nb.run.typed_text import convert, evaluate, is_expression
from flyte_nb.run.typed_text.examples import example
from flyte_nb.run.typed_text.kinds import bare
from flyte_nb.run.typed_text.scalars import BOOLEANS

if TYPE_CHECKING:
    from collections.abc import Collection

    from flyte_nb.run.interface import Interface


@dataclass(frozen=True, slots=True)
class Option:
    """An option of the magic.

    Attributes:
        kind: Type of its value; None where it has none.
        value: What stands for the value in a list of options.
        meaning: What it does.
    """

    kind: Any
    value: str
    meaning: str


OPTIONS = {
    "--isolate": Option(None, "", "each task in a process of its own, with its limits enforced"),
    "--attempts": Option(int, "N", "how many attempts each task has"),
    "--fail-at": Option(list[int], "N", "attempts that fail, from 0: 0, or [0, 1]"),
    "--preempt-after": Option(
        float, "SECONDS", "isolate, and preempt the first attempt of each task"
    ),
    "--backoff": Option(float, "SECONDS", "wait before the second attempt, doubled for others"),
    "--overwrite-cache": Option(None, "", "compute again what the cache has"),
    "--no-cache": Option(None, "", "use no cache, and keep nothing in it"),
    "--max-parallelism": Option(int, "N", "how many nodes run at a time"),
    "--background": Option(None, "", "return at once; the run goes on while other cells run"),
    "--inputs": Option(dict[str, Any], "JSON", "inputs by name; @file of them, or =dictionary"),
}


@dataclass(slots=True)
class RunLine:
    """What a line says.

    Attributes:
        inputs: Values by name of the input.
        options: For `Runnable.new_run`.
        texts: What was typed for them.
        is_background: Whether the run goes on beside other cells.
    """

    inputs: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    is_background: bool = False


class LineReader:
    """Reads the words after the name of what is run.

    Args:
        name: That name.
        interface: Its inputs.
        names: Those of the notebook, for expressions.
    """

    def __init__(self, name: str, interface: Interface, names: dict[str, Any]) -> None:
        self._name = name
        self._interface = interface
        self._names = names
        self._line = RunLine()

    def read(self, words: list[str]) -> RunLine:
        """Return what *words* say.

        Raises:
            UsageError: They do not say it as they should.
            TypeTransformerFailedError: A value is not of the type of its input.
        """
        rest = list(reversed(words))
        is_option = True  # until a --
        while rest:
            word = rest.pop()
            if word == "--" and is_option:
                is_option = False
                continue
            if not word.startswith("--") or len(word) < len("--x"):
                raise self._no_name(word)
            name, equals, value = word.partition("=")
            if equals:
                rest.append(value)
            if is_option and name in OPTIONS:
                self._option(name, rest, is_given=bool(equals))
            else:
                self._input(name, rest, is_given=bool(equals))
        self._refuse_ambiguous()
        return self._line

    def _refuse_ambiguous(self) -> None:
        for name, value in self._line.options.items():
            if name in self._interface.inputs and name not in self._line.inputs:
                option = f"--{name.replace('_', '-')}"
                raise UsageError(
                    f"{option} is an option, and {self._name} has an input of that name:"
                    f" write -- {option} {value} for the input"
                )

    def _option(self, name: str, rest: list[str], *, is_given: bool) -> None:
        option, line = OPTIONS[name], self._line
        text = ""
        if option.kind is None:
            if is_given:
                raise UsageError(f"{name} takes no value")
            value: Any = True
        else:
            value = text = self._value(name, rest, option.value)
            if name == "--fail-at" and not value.startswith(("[", "=", "@")):
                value = _numbers(value)
            if option.value == "SECONDS" and not is_expression(value):
                value = seconds(name, value)
            else:
                value = self._converted(value, option.kind, name[2:])
        if name == "--background":
            line.is_background = True
        elif name == "--no-cache":
            line.options["cache"] = False
        elif name == "--inputs":
            self._inputs(value, text)
        else:
            key = name[2:].replace("-", "_")
            line.options[key] = tuple(value) if isinstance(value, list) else value
            line.texts[key] = text

    def _inputs(self, given: Any, typed: str) -> None:
        """Take inputs by name: values, or what JSON and YAML have for them.

        Args:
            given: The inputs.
            typed: Where they are from: as it was typed, an expression, or the name of a file.
        """
        import json
        from datetime import date

        if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
            raise UsageError("--inputs takes a JSON object, or =a dictionary of values by name")
        for name, value in given.items():
            kind = self._kind(name)
            if is_expression(typed) or bare(kind) is str:
                self._put(name, value)
            else:
                is_text = isinstance(value, (str, date))  # YAML has moments, also in lists
                text = str(value) if is_text else json.dumps(value, default=str)
                is_of_file = typed.startswith("@")
                self._put(name, self._convert(name, text, is_code=not is_of_file))

    def _input(self, word: str, rest: list[str], *, is_given: bool) -> None:
        name = self._name_of(word[2:])
        if name is None and word.startswith("--no-"):
            name = self._name_of(word[5:])
            if name is not None and bare(self._kind(name)) is bool and not is_given:
                self._put(name, value=False)
                return
        if name is None:
            raise self._unknown(word)
        if bare(self._kind(name)) is bool and not is_given:
            has_value = bool(rest) and (rest[-1].lower() in BOOLEANS or rest[-1][:1] in ("=", "@"))
            if rest and not has_value and not rest[-1].startswith("-"):
                raise UsageError(f"{word} is true or false, and not {rest[-1]!r}")
            if not has_value:
                self._put(name, value=True)
                return
        self._put(name, self._convert(name, self._value(word, rest, "VALUE")))

    def _name_of(self, word: str) -> str | None:
        inputs = self._interface.inputs
        return next((n for n in (word, word.replace("-", "_")) if n in inputs), None)

    def _kind(self, name: str) -> Any:
        if name not in self._interface.inputs:
            raise self._interface.unknown(name)
        return self._interface.types[name]

    def _convert(self, name: str, text: str, *, is_code: bool = True) -> Any:
        return self._converted(text, self._kind(name), name, is_code=is_code)

    def _converted(self, text: str, kind: Any, name: str, *, is_code: bool = True) -> Any:
        try:
            return convert(text, kind, name, self._evaluate if is_code else None)
        except TypeTransformerFailedError as error:
            if text in self._names:
                error.hint += f"; --{name} ={text} is what {text} is in the notebook"
            raise

    def _evaluate(self, code: str, option: str) -> Any:
        return evaluate(code, self._names, option)

    def _put(self, name: str, value: Any) -> None:
        if name in self._line.inputs:
            raise UsageError(f"--{name} is given twice")
        self._line.inputs[name] = value

    def _value(self, name: str, rest: list[str], value: str) -> str:
        if not rest:
            raise UsageError(f"{name} needs a value: {name} {value}")
        return rest.pop()

    def _no_name(self, word: str) -> UsageError:
        first = next(iter(self._interface.inputs), None)
        if first is None:
            return UsageError(f"{self._name} takes no inputs: what is {word!r}?")
        name, equals, _ = word.lstrip("-").partition("=")
        if self._name_of(name) is not None and (equals or word.startswith("-")):
            return UsageError(f"{word!r}: write --{word.lstrip('-')}")
        return UsageError(f"{word!r} has no name before it: write --{first} {word}")

    def refuse_missing(self, known: Collection[str]) -> None:
        """Refuse a line that lacks an input.

        Args:
            known: Inputs that need not be given.

        Raises:
            TypeTransformerFailedError: One is missing; the hint says how it is written.
        """
        face = self._interface
        given = {*known, *face.defaults, *self._line.inputs}
        if missing := [name for name in face.inputs if name not in given]:
            how = " ".join(example(name, face.types[name]) for name in missing)
            raise TypeTransformerFailedError(
                f"{self._name}() needs {', '.join(missing)}", hint=f"write {how}"
            )

    def _unknown(self, word: str) -> UsageError:
        inputs = [f"--{name}" for name in self._interface.inputs]
        if (option := word[2:].replace("-", "_")) in {one.name for one in fields(TaskOptions)}:
            return UsageError(
                f"{word} is no option of a run: give it to the task, @task({option}=…)"
            )
        flags = {flag[2:]: flag for flag in (*inputs, *OPTIONS)}  # else any two are alike by --
        near = difflib.get_close_matches(word[2:], flags, n=1)
        known = (
            f"did you mean {flags[near[0]]}?"
            if near
            else f"its inputs: {' '.join(inputs) or 'none'}"
        )
        return UsageError(f"{self._name} has no input {word}: {known}")


def _numbers(text: str) -> str:
    """Return ``0,1`` as JSON.

    Raises:
        UsageError: These are no numbers.
    """
    if not all(part.strip().isdecimal() for part in text.split(",")):
        raise UsageError(
            f"--fail-at {text}: it takes numbers of attempts, and the first one is 0: 0, or 0,1"
        )
    return f"[{text}]"
