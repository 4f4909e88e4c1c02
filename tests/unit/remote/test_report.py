"""The checklist as a user reads it."""

from flyte_nb.remote.doctor import Check, Report, State

REPORT = Report(
    (
        Check("file", State.OK, "/f.yaml"),
        Check("endpoint", State.WARNING, "odd", "mend it"),
        Check("TCP", State.FAILURE, "<refused>", "start it"),
        Check("TLS", State.SKIPPED, "not looked at: TCP comes first"),
        Check("login", State.FAILURE, "none", "set it"),
    )
)


def test_the_text_has_a_sign_and_a_word_for_each_state_and_the_advice_below():
    assert repr(REPORT).splitlines() == [
        "Flyte doctor: 2 failures, 1 warning",
        "  ✓ ok       file     /f.yaml",
        "  ! warning  endpoint odd",
        "                      → mend it",
        "  ✗ failure  TCP      <refused>",
        "                      → start it",
        "  – skipped  TLS      not looked at: TCP comes first",  # noqa: RUF001
        "  ✗ failure  login    none",
        "                      → set it",
    ]


def test_the_html_says_the_same_without_colour_or_script():
    html = REPORT._repr_html_()
    for word in ("✓\xa0ok", "!\xa0warning", "✗\xa0failure", "mend it", "&lt;refused&gt;"):
        assert word in html
    assert html.count('scope="col"') == 4
    assert "<script" not in html
    assert "color:#" not in html


def test_nothing_was_looked_at():
    assert repr(Report(())) == "Flyte doctor: all is well"
    assert Report(()).is_ok
