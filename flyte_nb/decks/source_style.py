"""Python source in colours that suit the page, light or dark."""

from __future__ import annotations

from functools import cache, lru_cache

_LIGHT, _DARK = "vs", "github-dark"


@lru_cache(maxsize=32)  # the attempts of a task, and a map's, have the same
def highlighted(source: str) -> str:
    """Return Python *source* as HTML with its style."""
    from pygments import highlight
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers.python import PythonLexer

    html = highlight(source, PythonLexer(), HtmlFormatter(cssclass="highlight"))
    return f"<style>{_css()}</style>{html}"


@cache
def _css() -> str:
    """Return one rule for each kind of word, with a colour for each theme."""
    from pygments.styles import get_style_by_name
    from pygments.token import STANDARD_TYPES

    light, dark = get_style_by_name(_LIGHT), get_style_by_name(_DARK)
    rules: dict[str, list[str]] = {}
    for token, name in STANDARD_TYPES.items():
        if not name:
            continue
        by_day, by_night = light.style_for_token(token), dark.style_for_token(token)
        colours = f"light-dark(#{by_day['color'] or '1f1d26'},#{by_night['color'] or 'ecebf0'})"
        look = f"color:{colours}"
        if by_day["bold"] or by_night["bold"]:
            look += ";font-weight:600"
        if by_day["italic"] or by_night["italic"]:
            look += ";font-style:italic"
        rules.setdefault(look, []).append(f".highlight .{name}")
    return "".join(f"{','.join(names)}{{{look}}}" for look, names in rules.items())
