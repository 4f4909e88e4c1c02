"""The server as a process: ``python -m flyte_nb.testing --port 8080``.

It prints its address and runs until it is ended. Who approves opens the page ``/device``.
"""

from __future__ import annotations

import argparse
import signal
import ssl
import sys
import threading
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from .options import Options
from .server import AuthServer

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the server until SIGINT or SIGTERM.

    Args:
        arguments: Those of the command line by default.
    """
    given = vars(_parser().parse_args(arguments))
    certificate, key = given.pop("certificate"), given.pop("key")
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), AuthServer(tls=context, **given) as server:
        sys.stdout.write(f"{server.endpoint}\n")
        sys.stdout.flush()
        threading.Event().wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m flyte_nb.testing", description="An OAuth 2.0 server to try logins against."
    )
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes any free one")
    parser.add_argument("--state-file", type=Path, help="keeps what the server knows")
    parser.add_argument("--certificate", help="file in PEM form: TLS is spoken")
    parser.add_argument("--key", help="file in PEM form, when the certificate's has none")
    kinds = get_type_hints(Options)
    for field in fields(Options):
        kind: Any = kinds[field.name]
        how: dict[str, Any] = {"type": kind}
        if kind is bool:
            how = {"action": argparse.BooleanOptionalAction}
        elif kind not in {str, int, float}:
            how = {"nargs": "*"}
        name = f"--{field.name.replace('_', '-')}"
        parser.add_argument(name, default=field.default, **how)
    return parser


if __name__ == "__main__":
    main()
