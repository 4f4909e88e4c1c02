"""What logins need of Flyte admin: two documents that say how to log in, and routes behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask, Response

    from .options import Options

_NOT_FOUND = (404, 5)  # of HTTP, of gRPC
_UNAUTHENTICATED = (401, 16)
_WELL_KNOWN = "/.well-known/oauth-authorization-server"
_DOMAINS = [{"id": name, "name": name} for name in ("development", "staging", "production")]
_PROJECT = {"id": "flytesnacks", "name": "flytesnacks", "domains": _DOMAINS}


def add_admin(
    app: Flask,
    *,
    options: Callable[[], Options],
    metadata: Callable[[], Mapping[str, Any]],
    user_of: Callable[[str], str | None],
) -> None:
    """Add admin's routes to an application.

    Args:
        app: The application.
        options: Returns the options in force.
        metadata: Returns what the authorization server says of itself (RFC 8414).
        user_of: Returns whose an access token is, None when it is not good.
    """
    routes = Blueprint("admin", __name__)

    @routes.get(_WELL_KNOWN)
    def server() -> Response:
        return _answer(metadata(), options()) if options().login_required else _no_login()

    @routes.get("/config/v1/flyte_client")
    def client() -> Response:
        now = options()
        document = {
            "client_id": now.client_id,
            "redirect_uri": now.redirect_uri,
            "scopes": list(now.scopes),
            "authorization_metadata_key": now.authorization_metadata_key,
            "service_http_endpoint": "",
            "audience": now.audience,
        }
        return _answer(document, now) if now.login_required else _no_login()

    @routes.get("/me")
    def me() -> Response:
        user = _user(options(), user_of)
        details = {
            "subject": user,
            "name": user.title(),
            "preferred_username": user,
            "given_name": user.partition(" ")[0].title(),
            "family_name": user.partition(" ")[2].title(),
            "email": f"{user.replace(' ', '.')}@example.org" if user else "",
            "picture": "",
        }
        return _answer(details, options())

    @routes.get("/api/v1/version")
    def version() -> Response:
        _user(options(), user_of)
        build = {"Build": "", "Version": "v1.16.0", "BuildTime": ""}
        return _answer({"control_plane_version": build}, options())

    @routes.get("/api/v1/projects")
    def projects() -> Response:
        _user(options(), user_of)
        return _answer({"projects": [_PROJECT], "token": ""}, options())

    app.register_blueprint(routes)


def _user(options: Options, user_of: Callable[[str], str | None]) -> str:
    """Return whose token was sent, where admin looks for it."""
    if not options.login_required:
        return ""
    headers = request.headers
    key = options.authorization_metadata_key or "authorization"
    kind, _, token = (headers.get(key) or headers.get("Authorization", "")).partition(" ")
    user = user_of(token.strip()) if kind.lower() == "bearer" else None
    if user is None:
        message = "token parse error [JWT_VERIFICATION_FAILED] Could not retrieve a bearer token"
        raise _Refused(_error(_UNAUTHENTICATED, message))
    return user


class _Refused(HTTPException):
    """Ends a request with an error of admin's."""

    def __init__(self, response: Response) -> None:
        super().__init__(response=response)
        self.code = response.status_code


def _answer(document: Mapping[str, Any], options: Options) -> Response:
    """Return a message as admin writes it: unset fields only where names are as in its schema."""
    is_exact = request.headers.get("Accept") == "application/json"
    if options.casing == "snake" or (options.casing == "auto" and is_exact):
        return jsonify(document)
    return jsonify({_camel(name): value for name, value in document.items() if value})


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def _no_login() -> Response:
    return _error(_NOT_FOUND, "Not Found")


def _error(codes: tuple[int, int], message: str) -> Response:
    """Return an error as the HTTP gateway of gRPC writes it."""
    response = jsonify({"code": codes[1], "message": message, "details": []})
    response.status_code = codes[0]
    if codes == _UNAUTHENTICATED:  # the message, and no challenge of RFC 6750
        response.headers["WWW-Authenticate"] = message
    return response
