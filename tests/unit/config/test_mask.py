"""Nothing that is shown of a configuration holds a secret, and what is none can be read."""

import time

import pytest

from flyte_nb.config.catalogue import AWS, Credentials, Platform, all_entries
from flyte_nb.config.edit import plan_edit
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.mask import (
    MASK,
    shown,
    without_password,
    without_passwords,
)
from flyte_nb.config.masked_lines import masked_lines
from flyte_nb.config.secret_names import is_secret_key, names_secret
from flyte_nb.config.view import explain, show
from flyte_nb.errors import InvalidValueError

# A text, its ending of a file or "" for a value, and how it is shown: each SEKRET is gone.
EXAMPLES = [
    # Addresses.
    ("", "http://me:SEKRET@proxy:3128", "http://••••@proxy:3128"),
    ("", "http://u:SE/KRET@h", "http://••••@h"),
    ("", "http://SEKRET@h", "http://••••@h"),
    ("", "http://SEKRET:x-oauth-basic@h", "http://••••@h"),
    ("", "//u:SEKRET@h", "//••••@h"),
    ("", "u:SE@KRET@h", "u:••••@h"),
    ("", "u:SE//KRET@h", "u:••••@h"),
    ("", "x@u:SEKRET@h", "x@u:••••@h"),
    ("", "user:SEKRET@proxy:3128", "user:••••@proxy:3128"),
    ("", "u:SEKRET@ghcr.io/x@sha256:abc", "u:••••@ghcr.io/x@sha256:abc"),
    ("", "https://h/?token=SEKRET", "https://h/?••••"),
    ("", "https://h/x?sig=SEKRET&se=1", "https://h/x?••••"),
    ("", "see 'http://u:SEKRET@h', and h:80", "see 'http://••••@h', and h:80"),
    # Arguments of programs.
    ("", "prog, --token, SEKRET", "prog, --token, ••••"),
    ("", "prog --client-secret SEKRET SEKRET", "prog --client-secret ••••"),
    ("", "prog --password=SEKRET", "prog --password=••••"),
    ("", "curl, -H, Authorization: Bearer SEKRET", "curl, -H, Authorization: ••••"),
    ("", "curl -H Authorization:Bearer SEKRET", "curl -H Authorization:••••"),
    # Lines of YAML.
    (".yaml", "a:\n  secret-key: SEKRET\n", "a:\n  secret-key: ••••\n"),
    (".yaml", "a: {secret-key: SEKRET, b: x}\n", "a: {secret-key: ••••, b: x}\n"),
    (".yaml", "secret-key: |\n  SEKRET\n  SEKRET\nb: x\n", "secret-key: ••••\n\n\nb: x\n"),
    (".yaml", 'a: {secret: "x\nSEKRET"}\n', "a: {secret: ••••\n}\n"),
    (".yaml", "a: &x SEKRET\ntoken: *x\n", "a: ••••\ntoken: ••••\n"),
    (".yaml", "secrets: [SEKRET, SEKRET]\nb: x\n", "secrets: [••••, ••••]\nb: x\n"),
    (".yaml", "a:\n  passwords:\n  - SEKRET\n  b: x\n", "a:\n  passwords:\n  - ••••\n  b: x\n"),
    (".yaml", '"clientSecret " : SEKRET\n', '"clientSecret " : ••••\n'),
    (".yaml", '{"token":"SEKRET","b":"x"}\n', '{"token":••••,"b":"x"}\n'),
    (".yaml", "clientsecret: SEKRET\nDB_PASS: SEKRET\n", "clientsecret: ••••\nDB_PASS: ••••\n"),
    (".yaml", "pass: SEKRET\nmyPwd: SEKRET\n", "pass: ••••\nmyPwd: ••••\n"),
    (".yaml", "authorization: Bearer SEKRET\n", "authorization: ••••\n"),
    (".yaml", "token1: SEKRET\nsecret_value: SEKRET\n", "token1: ••••\nsecret_value: ••••\n"),
    (
        ".yaml",
        "a: {httpProxyURL: 'http://me:SEKRET@p:80'}\n",
        "a: {httpProxyURL: 'http://••••@p:80'}\n",
    ),
    (".yaml", "httpProxyURL: SEKRET@p:80\n", "httpProxyURL: ••••@p:80\n"),
    (".yaml", "command: [p, --token, SEKRET, x]\n", "command: [p, --token, ••••, x]\n"),
    (
        ".yaml",
        "command:\n- p\n- --token\n- SEKRET\n- x\n",
        "command:\n- p\n- --token\n- ••••\n- x\n",
    ),
    (".yaml", "command: [p, --password=SEKRET]\n", "command: [p, --password=••••\n"),
    (".yaml", "command: p --token SEKRET\n", "command: p --token ••••\n"),
    (".yaml", "{clientSecret: a} # password: SEKRET\n", "{clientSecret: ••••} # password: ••••\n"),
    (".yaml", "# clientSecret: SEKRET\na: 1\n", "# clientSecret: ••••\na: 1\n"),
    (".yaml", "# {tokenUrl: x, clientSecret: SEKRET}\n", "# {tokenUrl: x, clientSecret: ••••\n"),
    (".yaml", "# token: |\n#   SEKRET\n# b: x\n", "# token: ••••\n#   ••••\n# b: x\n"),
    (".yaml", "# token: {SEKRET\na: 1\n", "# token: ••••\na: 1\n"),
    (".yaml", "a: [\nclient_secret: SEKRET\n", "a: [\nclient_secret: ••••\n"),
    (".yaml", "a: [\nclient_secret:\n  - SEKRET\n", "a: [\nclient_secret:\n  ••••\n"),
    # Lines of INI.
    (
        ".config",
        "client_secret = SEKRET\n  SEKRET\nb = x\n",
        "client_secret = ••••\n  ••••\nb = x\n",
    ),
    (".config", "client_secret = A\n\n   SEKRET\n", "client_secret = ••••\n\n   ••••\n"),
    (".config", "client_secret = A\n# c\n   SEKRET\n", "client_secret = ••••\n# c\n   ••••\n"),
    (".config", "client_secret =\n   SEKRET\n", "client_secret =\n   ••••\n"),
    (".config", "client_secret = {SEKRET}\n", "client_secret = ••••\n"),
    (".config", "storage_account_key: SEKRET\n", "storage_account_key: ••••\n"),
    (".config", "client_secret = no,SEKRET\n", "client_secret = ••••\n"),
    (".yaml", "clientSecret: no,SEKRET\n", "clientSecret: ••••\n"),
    (".config", "client_secret:SEKRET\n", "client_secret:••••\n"),
    (".config", "pass = SEKRET\n", "pass = ••••\n"),
    (".config", "http_proxy_url=SEKRET@p:80\n", "http_proxy_url=••••@p:80\n"),
    (".config", "command = p,--token,SEKRET\n", "command = p,--token,••••\n"),
    # A secret as long as what is shown of a line at most.
    (".config", f"url = http://u:{'SEKRET' * 200}@h\n", "url = http://••••@h\n"),
]
HARMLESS = [
    ("", "ghcr.io/x/y:tag@sha256:abc012"),
    ("", "localhost:30000/x/token:v1@sha256:abc012"),
    ("", "docker://ghcr.io/x/y@sha256:abc012"),
    ("", "git@github.com:flyteorg/flyte"),
    ("", "me@example.com"),
    ("", "https://h/oauth2/token"),
    ("", "https://token:8080/x"),
    ("", "kubectl get secret x"),
    ("", "prog --token-file x --use-token --verbose"),
    (".yaml", "tokenRefreshWindow: 5m\ntokenUrl: https://h/token\n"),
    (".yaml", "clientSecretLocation: ~/x\nclientSecretEnvVar: X\n"),
    (".yaml", "useToken: true\nprivateCluster: false\ntokenizer: x\ntoken_refresh: 5m\n"),
    (".yaml", "a: {useToken: false, b: x} # as it was\n"),
    (".yaml", "token: {refresh: 5m}\nsecrets:\n  env_prefix: X\n  b: y\n"),
    (".yaml", "access-key: AKIA\npasswordFile: ~/x\ncompass: x\n"),
    (".yaml", "endpoint: vault-token:8200\nimage: x/secret:v1\n"),
    (".config", "[secrets]\nenv_prefix = X\n[credentials]\nclient_secret_location = x\n"),
]


def shown_of(ending, text):
    if not ending:
        return without_passwords(text)
    end = "\n" if text.endswith("\n") else ""
    return "\n".join(masked_lines(text, f"c{ending}")) + end


@pytest.mark.parametrize(("ending", "text", "expected"), EXAMPLES)
def test_a_secret_is_masked_wherever_it_stands(ending, text, expected):
    assert not any(part in expected for part in ("SE/", "KRET"))
    assert shown_of(ending, text) == expected


@pytest.mark.parametrize(("ending", "text"), HARMLESS)
def test_what_is_no_secret_can_be_read(ending, text):
    assert shown_of(ending, text) == text


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://me:SEKRET@proxy:3128", "http://••••@proxy:3128"),
        ("dns:///me:SEKRET@h", "dns:///••••@h"),
        ("dns:///https://me:SEKRET@h", "dns:///https://••••@h"),
        ("//me:SEKRET@h", "//••••@h"),
        ("me:SE@KRET/2@proxy", "••••@proxy"),
        ("SE KRET@proxy", "••••@proxy"),
        ("http://u:SE://KRET@h", "http://••••@h"),
        ("u:SE://KRET@h", "••••@h"),
        ("https://h/?token=SEKRET", "https://h/?••••"),
        ("http://proxy:3128", "http://proxy:3128"),
    ],
)
def test_of_an_address_all_up_to_the_last_at_sign_is_masked(address, expected):
    assert without_password(address) == expected
    assert shown(Platform.HTTP_PROXY_URL, address) == expected


def test_each_setting_knows_what_it_holds():
    for entry in all_entries():
        names = [entry.name, entry.legacy.option]
        assert all(is_secret_key(name) == entry.secret for name in names), names
        if entry.legacy.option.endswith(("url", "endpoint")):
            assert entry.is_address
    assert shown(AWS.S3_SECRET_ACCESS_KEY, "SEKRET") == MASK
    assert shown(Credentials.COMMAND, ["p", "--token", "SEKRET"]) == "p, --token, ••••"


@pytest.mark.parametrize("text", ["token=", "client_secret hunter2", "x_token: a"])
def test_a_line_names_a_secret(text):
    assert names_secret(text)


@pytest.mark.parametrize("text", ["use_token: true", "tokenUrl: x", "url = x"])
def test_a_line_names_none(text):
    assert not names_secret(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.yaml", "admin:\n  clientSecret: !hunter2\n"),
        ("c.yaml", "admin:\n  clientSecret: !!hunter2 x\n"),
        ("c.yaml", "admin:\n  clientSecret: !hunter2!x y\n"),
        ("c.yaml", "admin:\n  clientSecret: *hunter2\n"),
        ("c.yaml", "admin:\n  clientSecret: &hunter2 [*hunter2]\n"),
        ("c.yaml", "admin:\n  clientSecret: [&hunter2 x, &hunter2 y]\n"),
        ("c.yaml", 'admin:\n  clientSecret: "abc\n    hunter2" x\n'),
        ("c.yaml", 'admin:\n  clientSecret: "abc\n\nhunter2" x\n'),
        ("c.yaml", 'clientSecret:\n    "abc\n      hunter2" x\n'),
        ("c.config", "[credentials]\nclient_secret =\nhunter2\n"),
        ("c.config", "[credentials]\nclient_secret = a\n\nhunter2\n"),
        ("c.config", "[credentials]\nclient_secret = a%(hunter2)s\n"),
        ("c.config", "[credentials]\nclient_secret=a%(hunter2)s\nclient_id=%(client_secret)s\n"),
    ],
)
def test_no_problem_repeats_a_secret(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    path.chmod(0o600)
    cfg = ConfigFile(path)
    said = repr(show(cfg))
    said += "".join(repr(explain(s, cfg)) for s in ("credentials.client_secret", "admin.clientId"))
    assert "error" in said
    assert "hunter2" not in said
    if not cfg.problems:
        with pytest.raises(InvalidValueError) as caught:
            cfg.get(Credentials.CLIENT_CREDENTIALS_SECRET.legacy)
        assert "hunter2" not in str(caught.value)


def test_a_line_below_another_section_is_shown(tmp_path):
    for name, text in (
        ("c.config", "[credentials]\nclient_secret = x\n[platform]\nbroken\n"),
        ("c.yaml", "admin:\n  clientSecret: x\nconsole:\n  broken: ]\n"),
    ):
        (tmp_path / name).write_text(text)
        assert "broken" in ConfigFile(tmp_path / name).problems[0].line


def test_an_edit_that_is_refused_shows_no_password(tmp_path):
    for name, text in (
        ("admin.endpoint", "http://me:SEKRET@h"),
        ("admin.authType", "http://me:SEKRET@h"),
        ("admin.command", "[me:SEKRET@h"),
    ):
        entry = next(entry for entry in all_entries() if entry.name == name)
        with pytest.raises(InvalidValueError) as caught:
            plan_edit(tmp_path / "c.yaml", entry, text)
        assert "SEKRET" not in str(caught.value)


@pytest.mark.parametrize(
    "piece",
    ["x", " ", ":", "@", "/", "-", "=", "'", "token", "token ", "token:", "//", "a:b@", "--token ",
     "token: true ", "url:", "@sha256:a", "?", "proxy @", "pass ", "secret key "],
)  # fmt: skip
def test_a_long_line_takes_no_longer_than_many_short_ones(piece):
    line = piece * (300_000 // len(piece))  # the square of which would take an hour
    started = time.process_time()
    for text in (f"a: b@c {line}", f"token{line}"):
        without_passwords(text)
        without_password(text)
        names_secret(text)
        masked_lines(text, "c.config")
    assert time.process_time() - started < 10
