"""The built front end of the deck page, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"


@cache
def asset(name: str, folder: Path = STATIC) -> str:
    """Return the text of a built script or style sheet.

    Args:
        name: File name in ``flyte_nb/static``, such as ``deck_page.js``.
        folder: Where the front end was built to.

    Raises:
        FileNotFoundError: The front end was never built, as in a bare checkout.
    """
    path = folder / name
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{path} is missing: the front end of flyte-nb is not built."
            " In a checkout, run `pip install -e .` to build it."
        ) from error
