from flyte_nb.display import panel_html, panel_text, table_html, table_text


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
