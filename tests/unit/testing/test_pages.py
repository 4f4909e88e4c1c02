"""The page on which a person approves a device."""

import re

import pytest


def decide(site, **form):
    return site.post("/device", **form)


def fields(page):
    return dict(re.findall(r'<input id="(\w+)"[^>]* value="([^"]*)"', page.text))


def test_the_complete_address_has_the_code_in_its_field(site):
    login = site.begin()
    page = site.http.get(login["verification_uri_complete"])
    assert fields(page) == {"user_code": login["user_code"], "user": ""}
    assert page.text.count("<label for=") == 2
    assert fields(site.http.get(login["verification_uri"])) == {"user_code": "", "user": ""}


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "no dash"])
def test_a_person_may_type_the_code_carelessly(site, typed):
    login = site.begin()
    code = login["user_code"]
    code = {"lower": code.lower(), "no dash": code.replace("-", "")}.get(typed, typed.format(code))
    page = decide(site, user_code=code, user="ada", decision="approve")
    assert "Approved" in page.text
    assert site.me(site.poll(login).json()).json()["name"] == "Ada"


def test_who_denies_needs_no_name(site):
    login = site.begin()
    assert "Denied" in decide(site, user_code=login["user_code"], decision="deny").text
    assert site.poll(login).json()["error"] == "access_denied"


def test_what_cannot_be_approved(server, site):
    code = site.begin()["user_code"]
    assert "Enter your user name" in decide(site, user_code=code, decision="approve").text
    decide(site, user_code=code, user="ada", decision="approve")
    again = decide(site, user_code=code, user="eve", decision="approve")
    assert "This code was used" in again.text
    assert again.status_code == 400
    for wrong in ("", "-", "AAAA-AAAA"):
        assert "no such code" in decide(site, user_code=wrong, user="ada").text
    late = site.begin()["user_code"]
    server.advance(600)
    assert "no such code" in decide(site, user_code=late, user="ada").text


def test_what_was_typed_is_shown_as_text(site):
    page = decide(site, user_code='"><script>', user="<b>")
    assert "<script>" not in page.text
    assert "<b>" not in page.text
