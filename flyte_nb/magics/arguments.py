"""Parsing of magic lines: one clear line for what is wrong, help on request."""

from __future__ import annotations

import argparse
import difflib
import functools
import re
import shlex
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.core.error import UsageError

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class MagicParser(argparse.ArgumentParser):
    """An `argparse.ArgumentParser` that raises `UsageError` and never exits the kernel."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is."""
        wrong = re.search(r"invalid choice: '(.*?)'", message)
        if wrong is not None and (near := self._nearest(wrong[1])):
            message = f"there is no {wrong[1]!r}: did you mean {near!r}?"
        if lacking := re.fullmatch(r"argument (\S+): expected one argument", message):
            option = lacking[1].partition("/")[0]
            (value,) = (a.metavar for a in self._actions if option in a.option_strings)
            message = f"{option} takes a value: {option} {value or 'VALUE'}"
        message = message if message.endswith("?") else f"{message};"
        raise UsageError(f"{message} see {self.prog.split()[0]} -h")

    def parse_line(self, line: str) -> argparse.Namespace:
        """Parse a magic's line; options may stand anywhere, and ``help`` is ``-h``.

        Raises:
            UsageError: The line is wrong.
            HelpShown: It asked for help.
        """
        words = split(line)
        return self.parse_intermixed_args(["-h"] if words == ["help"] else words)

    def _nearest(self, word: str) -> str | None:
        choices = [str(c) for action in self._actions for c in action.choices or ()]
        return next(iter(difflib.get_close_matches(word, choices, n=1)), None)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:  # noqa: ARG002
        """End the magic, not the kernel, after help was printed."""
        raise HelpShown


class HelpShown(Exception):  # noqa: N818 - not an error
    """The line asked for help and got it."""


def takes_line(
    make_parser: Callable[[], MagicParser], rewrite: Callable[[str], str] = str
) -> Callable[[Callable[[Any, argparse.Namespace], Any]], Callable[[Any, str], Any]]:
    """Give a magic its line as parsed, and the help of the parser as its own.

    Args:
        make_parser: Makes the parser, at each call.
        rewrite: What the line is read as.
    """

    def decorated(magic: Callable[[Any, argparse.Namespace], Any]) -> Callable[[Any, str], Any]:
        @functools.wraps(magic)
        def run(self: Any, line: str) -> Any:
            __tracebackhide__ = True
            try:
                args = make_parser().parse_line(rewrite(line))
            except HelpShown:
                return None
            return magic(self, args)

        run.__doc__ = make_parser().format_help()
        return run

    return decorated


def command_parser(  # noqa: PLR0913 - the parts of a help page, each by its name
    *,
    prog: str,
    usage: str,
    about: str,
    commands: Mapping[str, str],
    examples: str,
    default: str,
) -> MagicParser:
    """Return the parser of a magic whose first word is one of *commands*.

    Args:
        prog: The magic, with its percent sign.
        usage: What can follow it.
        about: What it is for, in a sentence.
        commands: Each command and what it does.
        examples: Lines to copy.
        default: The command of a line that names none.
    """
    width = max(map(len, commands)) + 1
    lines = [f"  {name:<{width}} {meaning}" for name, meaning in commands.items()]
    parser = MagicParser(
        prog=prog,
        usage=f"%(prog)s {usage}",
        description="\n".join([f"{about}\n", *lines]),
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "command", nargs="?", default=default, choices=tuple(commands), help=argparse.SUPPRESS
    )
    return parser


def refuse_what_is_not_taken(  # noqa: PLR0913 - what a magic says of its commands
    args: argparse.Namespace,
    words: list[str],
    *,
    prog: str,
    commands: Mapping[str, str],
    takes: Mapping[str, tuple[int, int]],
    options: Mapping[str, tuple[str, ...]],
) -> None:
    """Refuse words and options that the command of a line does not take.

    Args:
        args: The line.
        words: What stands behind the command.
        prog: The magic, with its percent sign.
        commands: As for `command_parser`; up to a colon they say what a command takes.
        takes: How many words each command takes, at least and at most.
        options: The options that a command alone takes.

    Raises:
        UsageError: There is one.
    """
    least, most = takes[args.command]
    if not least <= len(words) <= most:
        wanted = commands[args.command].partition(":")[0] if most else "no ID"
        raise UsageError(f"{args.command} takes {wanted}; see {prog} -h")
    for command, own in options.items():
        for option in own if command != args.command else ():
            if (given := getattr(args, option[2:])) is not None and given is not False:  # 0 is
                raise UsageError(f"{args.command} takes no {option}; see {prog} -h")


def words_before(event: Any) -> list[str]:
    """Return the words between the magic and the one that *event* asks to complete."""
    words: list[str] = event.line[: -len(event.symbol) or None].split()[1:]
    return words


def split(line: str) -> list[str]:
    """Split *line* as a shell does, but for backslashes: they are themselves.

    Raises:
        UsageError: A quote is not closed.
    """
    try:
        lexer = shlex.shlex(line, posix=True)
        lexer.whitespace_split, lexer.escape, lexer.commenters = True, "", ""
        return list(lexer)
    except ValueError as error:
        raise UsageError(f"cannot read {line!r}: {error}") from None


def key_values(words: Iterable[str], known: tuple[str, ...]) -> dict[str, str]:
    """Return ``key=value`` words as a dictionary.

    Raises:
        UsageError: A word has another form, or its key is not one of *known*.
    """
    found = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            example = f"{word if word in known else known[0]}=VALUE"
            raise UsageError(f"{word!r} is not of the form key=value; write {example}")
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            choices = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise UsageError(f"unknown setting {key!r}: {choices}")
        found[key] = value
    return found


def told_by_flags(
    error: InvalidValueError, values: Mapping[str, Any], texts: Mapping[str, str]
) -> InvalidValueError:
    """Return *error*, which is told of a call, as one of the flags that were typed.

    Args:
        error: It begins like ``run(attempts=0): …``.
        values: Options of the call.
        texts: What was typed for them, where it is known.
    """
    message = str(error.args[0])
    for name, value in values.items():
        text = texts.get(name, value)
        message = message.replace(
            f"run({name}={value!r})", f"--{name.replace('_', '-')} {text}".rstrip()
        )
    return InvalidValueError(message, hint=error.hint)
