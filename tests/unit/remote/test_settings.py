"""What the doctor says of files, settings and endpoint."""

import pytest
from loopback import closed

from flyte_nb.remote.doctor import examine


def check(name, cfg=None):
    return next(check for check in examine(cfg, check_s=10) if check.name == name)


def at_home(home, name, text):
    path = home / ".flyte" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_the_file_in_force_is_named(home):
    path = at_home(home, "config.yaml", "admin: {endpoint: h.invalid}")
    found = check("file")
    assert (found.state.value, found.finding) == ("ok", str(path))


def test_a_file_that_hides_another_is_a_warning(home):
    ini = at_home(home, "config", "[platform]\nurl=h.invalid\n")
    yaml = at_home(home, "config.yaml", "admin: {}")
    found = check("file")
    assert (found.state.value, found.finding) == ("warning", f"{ini} hides {yaml}")


def test_a_file_named_by_a_variable_hides_others_on_purpose(home, environment):
    path = at_home(home, "config.yaml", "admin: {}")
    other = at_home(home, "other.yaml", "admin: {}")
    environment["FLYTECTL_CONFIG"] = str(other)
    assert check("file").state.value == "ok"
    environment["FLYTECTL_CONFIG"] = str(home / "gone.yaml")
    found = check("file")
    assert found.state.value == "warning"
    assert found.finding.startswith(f"FLYTECTL_CONFIG names {home / 'gone.yaml'}, which is not")
    assert found.finding.endswith(str(path))


def settings_said(path):
    return [check for check in examine(path) if check.name == "settings"]


def test_each_problem_is_a_line_that_says_where(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("admin:\n  endpont: x\naws: 5\n")
    found = {check.finding: check for check in settings_said(path)}
    check = found["admin.endpont: did you mean admin.endpoint?"]
    assert (check.state.value, check.advice) == ("warning", f"look at {path}:2")


def test_a_value_that_cannot_be_used_is_a_failure(tmp_path):
    path = tmp_path / "c.config"
    path.write_text("[aws]\nretries=x\n")
    (check,) = settings_said(path)
    assert check.state.value == "failure"


def test_too_many_problems_are_counted(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("".join(f"zz{n}: 1\n" for n in range(13)))
    found = settings_said(path)
    assert len(found) == 11
    assert found[-1].finding == "3 more problems"


def test_a_variable_that_is_stronger_than_the_file_is_a_warning_told_once(write, environment):
    environment["FLYTE_PLATFORM_URL"] = "stronger.invalid"
    checks = list(examine(write(endpoint="weaker.invalid")))
    assert [c.finding for c in checks if c.name == "settings"] == ["nothing is odd about them"]
    (found,) = (c for c in checks if c.name == "endpoint")
    assert found.state.value == "warning"
    assert found.finding.startswith("https://stronger.invalid, from FLYTE_PLATFORM_URL; ")
    assert found.finding.endswith("config.yaml:1 says weaker.invalid")
    assert "unset FLYTE_PLATFORM_URL" in found.advice


def test_a_password_in_the_weaker_one_is_not_shown(write, environment):
    environment["FLYTE_PLATFORM_URL"] = "stronger.invalid"
    found = check("endpoint", write(endpoint="me:hunter2@weaker.invalid"))
    assert found.finding.endswith(" says ••••@weaker.invalid")


def test_a_variable_that_says_the_same_is_fine(write, environment):
    environment["FLYTE_PLATFORM_URL"] = "same.invalid"
    assert check("endpoint", write(endpoint="same.invalid")).state.value == "ok"


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        ({"endpoint": "h.invalid"}, "ok: https://h.invalid, from "),
        ({"endpoint": "dns:///h.invalid:81", "insecure": True}, "ok: http://h.invalid:81, from"),
        ({}, "warning: https://localhost:30080, because no other is configured"),
        ({"endpoint": ""}, "warning: https://localhost:30080, because no other is configured"),
        ({"endpoint": "https://h.invalid", "insecure": True}, "warning: https://h.invalid, from"),
        ({"endpoint": "h.invalid/console"}, "failure: the endpoint 'h.invalid/console' cannot"),
        ({"endpoint": 5}, "failure: "),
    ],
)
def test_the_endpoint(said, admin, expected):
    assert said("endpoint", **admin).startswith(expected)


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        ({"insecure": True}, "ok: none are needed without TLS"),
        ({"insecureSkipVerify": True}, "ok: none are used: admin.insecureSkipVerify is true"),
        ({}, "(public ones)"),
        ({"caCertFilePath": "/no/such/file"}, "No such file or directory"),
        ({"caCertFilePath": __file__}, "no certificate in PEM form"),
        ({"caCertFilePath": 5}, "'5' cannot be used: No such file"),
    ],
)
def test_the_certificates(said, admin, expected):
    assert expected in said("certificates", endpoint=closed(), **admin)


def test_a_configured_certificate_file_is_named(said, ca_file):
    expected = f"ok: {ca_file} (admin.caCertFilePath)"
    assert said("certificates", endpoint=closed(), caCertFilePath=ca_file) == expected


def test_a_folder_of_public_certificates(said, environment, tmp_path):
    environment["REQUESTS_CA_BUNDLE"] = str(tmp_path)
    assert said("certificates", endpoint=closed()) == f"ok: {tmp_path} (public ones)"
    environment["REQUESTS_CA_BUNDLE"] = str(tmp_path / "gone")
    assert said("certificates", endpoint=closed()).startswith("failure: ")
