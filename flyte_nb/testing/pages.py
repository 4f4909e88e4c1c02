"""The page on which a person approves or denies."""

from __future__ import annotations

from flask import render_template_string

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ title }}</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; }
  label, input, p { display: block; }
  input { font: inherit; width: 100%; box-sizing: border-box; margin-bottom: 1rem; }
  button { font: inherit; padding: 0.3rem 1.5rem; }
</style>
<main>
<h1>{{ title }}</h1>
{% if message %}<p role="{{ 'alert' if is_error else 'status' }}">{{ message }}</p>{% endif %}
{% if is_form %}
<form method="post">
  {% if user_code is not none %}
  <label for="user_code">Code</label>
  <input id="user_code" name="user_code" value="{{ user_code }}" required autocomplete="off">
  {% endif %}
  <label for="user">User name</label>
  <input id="user" name="user" value="{{ user }}" required autocomplete="username">
  <button name="decision" value="approve">Approve</button>
  <button name="decision" value="deny" formnovalidate>Deny</button>
</form>
{% endif %}
</main>
</html>
"""


def form(
    title: str,
    *,
    user_code: str | None = None,
    user: str = "",
    problem: str = "",
) -> str:
    """Return a page that asks who approves or denies.

    Args:
        title: Its heading.
        user_code: Code that is in the field already; None when none is asked for.
        user: Name that is in the field already.
        problem: What was wrong with what was sent before.
    """
    return render_template_string(
        _PAGE,
        title=title,
        is_form=True,
        user_code=user_code,
        user=user,
        message=problem,
        is_error=True,
    )


def notice(title: str, message: str, *, is_error: bool = False) -> str:
    """Return a page that asks nothing."""
    return render_template_string(
        _PAGE, title=title, message=message, is_error=is_error, is_form=False
    )
