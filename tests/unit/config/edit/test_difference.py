"""What changes is seen, in lines that hold no secret: see test_mask.py."""

import pytest

from flyte_nb.config.edit.difference import difference


def test_a_secret_that_changes_is_seen_to_change():
    before, after = b"[aws]\nsecret_access_key = one\n", b"[aws]\nsecret_access_key = two\n"
    lines = difference(before, after, "a.config").splitlines()
    assert "-secret_access_key = ••••" in lines
    assert "+secret_access_key = •••• (changed)" in lines
    assert not {"one", "two"} & set(" ".join(lines).split())


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (b"a: 1\n", b"a: 2\n", ["@@ -1 +1 @@", "-a: 1", "+a: 2"]),
        (b"a: 1", b"a: 1\nb: 2\n", ["@@ -1 +1,2 @@", " a: 1", "+b: 2"]),
        (b"", b"a: 1\n", ["@@ -0,0 +1 @@", "+a: 1"]),
        (b"a: 1\n", b"", ["@@ -1 +0,0 @@", "-a: 1"]),
        (b"a: 1\n\n", b"a: 2\n\n", ["@@ -1,2 +1,2 @@", "-a: 1", "+a: 2", " "]),
        (
            b"#\n" * 99 + b"a: 1\n",
            b"#\n" * 99 + b"a: 1\nb: 2\n",
            ["@@ -98,3 +98,4 @@", " #", " #", " a: 1", "+b: 2"],
        ),
    ],
)
def test_a_hunk_has_as_many_lines_as_it_says(before, after, lines):
    assert difference(before, after, "a.yaml").split("\n")[2:] == lines
