"""Nothing that is shown of a file holds a secret."""

import pytest

from flyte_nb.config.edit.difference import difference, masked


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "storage:\n  connection:\n    secret-key: hunter2\n"),
        ("a.yaml", "storage: {connection: {secret-key: hunter2, endpoint: x}}"),
        ("a.yaml", "secret-key: |\n  hunter2\n  hunter2\n"),
        ("a.yaml", 'a: {secret: "x\nhunter2"}'),
        ("a.yaml", "a: &x hunter2\ntoken: *x\n"),
        ("a.yaml", "# clientSecret: hunter2\na: 1\n"),
        ("a.yaml", "admin: [\nclient_secret: hunter2\n"),
        ("a.yaml", "secrets: [hunter2, hunter2]"),
        ("a.yaml", "passwords:\n  - hunter2\n"),
        ("a.yaml", "admin: {httpProxyURL: 'http://me:hunter2@proxy:80'}"),
        ("a.config", "[credentials]\nclient_secret = hunter2\n  hunter2\nurl = x\n"),
        ("a.config", "[azure]\nstorage_account_key: hunter2\n"),
    ],
)
def test_a_secret_is_masked_wherever_it_stands(path, text):
    shown = "\n".join(masked(text, path))
    assert "hunter2" not in shown
    assert "••••" in shown
    assert shown.count("\n") == text.count("\n")


def test_what_says_where_a_secret_is_can_be_read():
    text = "admin:\n  clientSecretLocation: ~/x\n  clientSecretEnvVar: X\n  endpoint: h:80\n"
    assert "\n".join(masked(text, "a.yaml")) == text


def test_a_secret_that_changes_is_seen_to_change():
    before, after = b"[aws]\nsecret_access_key = one\n", b"[aws]\nsecret_access_key = two\n"
    lines = difference(before, after, "a.config").splitlines()
    assert "-secret_access_key = ••••" in lines
    assert "+secret_access_key = •••• (changed)" in lines
    assert not {"one", "two"} & set(" ".join(lines).split())
