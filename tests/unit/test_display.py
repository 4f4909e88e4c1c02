from flyte_nb.display import (
    TableView,
    panel_html,
    panel_text,
    pill_html,
    printable,
    table_html,
    table_text,
    visible,
    visible_lines,
)


def test_text_is_aligned():
    assert panel_text("T", [("a", "1"), ("a long label", "2")]).splitlines() == [
        "T",
        "  a            1",
        "  a long label 2",
    ]
    assert table_text("T", ["x", "y"], [["1", "22"], ["333", ""]]).splitlines() == [
        "T",
        "  x    y",
        "  1    22",
        "  333",
    ]


def test_html_is_escaped_and_says_what_heads_what():
    html = panel_html("<t>", [("<l>", "<v>")]) + table_html("<t>", ["<h>"], [["<c>"]])
    assert not any(tag in html for tag in ("<t>", "<l>", "<v>", "<h>", "<c>"))
    assert 'scope="row"' in html
    assert 'scope="col"' in html


def test_a_pill_is_one_escaped_line():
    parts = ["<a>", "<b>\x1b"]
    pills = [pill_html("<l>", parts, is_good=is_good, note="<n>") for is_good in (True, False)]
    for html in pills:
        assert not any(text in html for text in ("<l>", "<a>", "<b>", "<n>", "\x1b", "<script"))
        assert html.index("&lt;a&gt;") < html.index("&lt;b&gt;")
    assert pills[0] != pills[1]


def test_control_characters_are_seen_and_not_obeyed():
    bad = "a\x1b]0;owned\x07\n\u202eb\u200b\ud800\xa0é"
    seen = "a\\x1b]0;owned\\x07\\n\\u202eb\\u200b\\ud800\xa0é"
    assert visible(bad) == seen
    for shown in (
        panel_text(bad, [(bad, bad)]),
        table_text(bad, [bad], [[bad]]),
        panel_html(bad, [(bad, bad)]),
        table_html(bad, [bad], [[bad]]),
    ):
        assert shown.count(seen.rstrip()) == 3  # a line of text ends where its text does
        assert all(c.isprintable() or c in "\n\xa0" for c in shown)
    assert visible_lines("a\nb\x1b\n") == "a\nb\\x1b\n"


def test_remarks_keep_their_lines():
    title = repr(TableView("a\x1b\nb", (), (), ("c\x1b\nd",)))
    assert title == "a\\x1b\\nb\nc\\x1b\nd"


def test_what_another_program_wrote_is_one_short_line():
    assert printable(" a\n\tb\x1b[31m ") == r"a b\x1b[31m"
    assert printable("c" * 999) == "c" * 200 + "…"
