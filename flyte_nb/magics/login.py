"""`%flyte_login`, `%flyte_logout` and `%flyte_whoami`.

What logs in is imported when somebody does: it brings requests, which costs 0.2 s.
"""

from __future__ import annotations

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from flyte_nb.auth.mode import Mode
from flyte_nb.config.profiles import profiles

from .arguments import MagicParser, takes_line, words_before

if TYPE_CHECKING:
    from argparse import Namespace

    from IPython.core.interactiveshell import InteractiveShell

    from .login_display import LoginDisplay

MODES = tuple(mode.value for mode in Mode)
_ABOUT = """\
Log in to Flyte. The cell returns at once: the login goes on below it.

  auto                the tokens that are there, what is configured, or what fits this place
  device              a code that you enter in a browser on any machine
  pkce                a browser on this machine; elsewhere you paste the address it ends at
  client-credentials  the client's secret, for programs
  command             a program that prints a token
"""
_EXAMPLES = """\
examples:
  %flyte_login
  %flyte_login --mode device
  %flyte_login --endpoint flyte.example.com --wait
  %flyte_login --again                             as somebody else
"""
_PASTED = "the address is for the login that goes on; begin one first: %flyte_login --mode pkce"


def _parser(prog: str, about: str, examples: str = "", takes: str = "") -> MagicParser:
    parser = MagicParser(
        prog=prog,
        usage=f"%(prog)s [--endpoint HOST]{takes}",
        description=about,
        epilog=examples,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--endpoint",
        metavar="HOST",
        help="another one than the configured one; a file in ~/.flyte that has it says how",
    )
    return parser


def _login_parser() -> MagicParser:
    takes = " [--mode MODE] [--wait] [--timeout SECONDS] [--again] [--paste ADDRESS]"
    parser = _parser("%flyte_login", _ABOUT, _EXAMPLES, takes)
    parser.add_argument("--mode", choices=MODES, default=Mode.AUTO.value, help="how to log in")
    parser.add_argument("--wait", action="store_true", help="hold the cell until it is done")
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=_seconds, help="when to give up; as the server says"
    )
    parser.add_argument(
        "--again", action="store_true", help="log in also where tokens are there and good"
    )
    parser.add_argument(
        "--paste", metavar="ADDRESS", help="of the page that the browser of a login ended at"
    )
    return parser


def _logout_parser() -> MagicParser:
    return _parser("%flyte_logout", "Log out of Flyte: tokens are given back and deleted.")


def _whoami_parser() -> MagicParser:
    about = "Say who is logged in to Flyte, for how long, and where that is kept."
    return _parser("%flyte_whoami", about)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no number of seconds, more than 0")
    return seconds


@magics_class
class LoginMagics(Magics):
    """Logs in and out, and says who is logged in."""

    def __init__(self, shell: InteractiveShell, display: LoginDisplay) -> None:
        super().__init__(shell)
        self._display = display

    @line_magic
    @takes_line(_login_parser)
    def flyte_login(self, args: Namespace) -> None:  # noqa: D102 - its help is made by the parser
        from flyte_nb.auth.accounts import account_for, last_login, login_for

        account = account_for(args.endpoint)
        if args.paste is not None:
            begun = last_login(account)
            if begun is None or begun.is_over:
                raise UsageError(_PASTED)
            begun.paste(args.paste)
            print("the login goes on with that address")  # noqa: T201 - the answer
            return
        begun = login_for(account, Mode(args.mode), is_fresh=args.again, timeout_s=args.timeout)
        self._display.show(begun)
        if args.wait:
            self._display.wait(begun)

    @line_magic
    @takes_line(_logout_parser)
    def flyte_logout(self, args: Namespace) -> None:  # noqa: D102 - its help is made by the parser
        from flyte_nb.auth.api import logout

        print(logout(args.endpoint))  # noqa: T201 - what was done

    @line_magic
    @takes_line(_whoami_parser)
    def flyte_whoami(self, args: Namespace) -> Any:  # noqa: D102 - its help is made by the parser
        from flyte_nb.auth.api import whoami

        return whoami(args.endpoint)


def complete_login(_shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    words = words_before(event)
    before = words[-1] if words else ""
    if before == "--mode":
        return list(MODES)
    if before == "--endpoint":
        return _endpoints()
    if before in {"--timeout", "--paste"}:
        return []
    options = ["--mode", "--endpoint", "--wait", "--timeout", "--again", "--paste"]
    return [option for option in options if option not in words]


def complete_account(_shell: Any, event: Any) -> list[str]:
    """Return what can follow ``%flyte_logout`` and ``%flyte_whoami``."""
    words = words_before(event)
    if words and words[-1] == "--endpoint":
        return _endpoints()
    return [] if "--endpoint" in words else ["--endpoint"]


def _endpoints() -> list[str]:
    return sorted({profile.endpoint for profile in profiles() if profile.endpoint})
