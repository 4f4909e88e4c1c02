"""A certified server that is not ours, oidc-provider, and a browser's part of logging in to it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "js" / "tests" / "oidc_provider.mjs"


@contextmanager
def running(secret, **options):
    """The metadata of a server that runs; *secret* is that of its client ``flytepropeller``."""
    node = shutil.which("node") or ROOT / ".venv" / "bin" / "node"
    command = [node, SCRIPT, json.dumps({"secret": secret, **options})]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            issuer = process.stdout.readline().strip()
            assert issuer, f"{SCRIPT.name} does not start: are the packages of js/ installed?"
            with browser() as http:
                yield http.get(f"{issuer}/.well-known/openid-configuration").json()
        finally:
            process.kill()


@contextmanager
def browser():
    """What keeps cookies and follows no redirect by itself to a host that is not there."""
    with requests.Session() as http:
        http.trust_env = False
        yield http


def approve(address, user="ada"):
    """Open *address* as a person who logs in as *user* and approves all that is asked.

    Returns:
        The last page, or the answer that sends the browser back to its client.
    """
    host = urlsplit(address).netloc
    with browser() as http:
        page = http.get(address, allow_redirects=False)
        while True:
            target = urljoin(page.url, page.headers.get("Location", ""))
            if page.is_redirect and urlsplit(target).netloc == host:
                page = http.get(target, allow_redirects=False)
            elif page.is_redirect or "<form" not in page.text:
                return page
            else:
                where, fields = _form(page)
                filled = {**fields, "login": user, "password": "any"}
                page = http.post(where, data=filled, allow_redirects=False)


def _form(page):
    """Where a form goes, and the fields that it has already."""
    target = re.search(r'<form[^>]*action="([^"]*)"', page.text)
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        named = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" in named:
            fields[named["name"]] = named.get("value", "")
    return urljoin(page.url, target[1] if target else ""), fields
