"""The authorization server's addresses for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, jsonify, request

if TYPE_CHECKING:
    from flask import Flask

    from .oauth import OAuthServer


def add_endpoints(app: Flask, oauth: OAuthServer) -> None:
    """Add the endpoints of *oauth* to an application."""
    routes = Blueprint("endpoints", __name__)

    @routes.post("/device_authorize")
    def device_authorize() -> Response:
        if not oauth.options.device_flow:
            abort(404)
        return as_response(oauth.create_endpoint_response("device_authorization"))

    @routes.post("/token")
    def token() -> Response:
        return as_response(oauth.create_token_response())

    @routes.post("/revoke")
    def revoke() -> Response:
        if not oauth.options.revocation:
            abort(404)
        return as_response(oauth.create_endpoint_response("revocation"))

    @routes.get("/jwks")
    def jwks() -> Response:
        return jsonify(oauth.identity.key_set)

    app.register_blueprint(routes)


def metadata(oauth: OAuthServer) -> dict[str, Any]:
    """Return what the server says of itself (RFC 8414).

    The fields are those of flyteidl's message, whose admin therefore names no
    ``revocation_endpoint`` and announces no issuer, and those two.
    """
    now = oauth.options
    root = request.host_url
    document: dict[str, Any] = {
        "issuer": root.rstrip("/"),
        "authorization_endpoint": f"{root}authorize",
        "token_endpoint": f"{root}token",
        "response_types_supported": ["code"],
        "scopes_supported": list(oauth.scopes_supported),
        "token_endpoint_auth_methods_supported": [
            "none",
            "client_secret_basic",
            "client_secret_post",
        ],
        "jwks_uri": f"{root}jwks",
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": oauth.grant_types,
        "device_authorization_endpoint": f"{root}device_authorize" if now.device_flow else "",
    }
    if now.revocation:
        document["revocation_endpoint"] = f"{root}revoke"
    if now.issuer_announced:
        document["authorization_response_iss_parameter_supported"] = True
    return document


def as_response(made: Any) -> Response:
    """Return what Authlib has made, whose functions have no types."""
    assert isinstance(made, Response)  # noqa: S101
    return made
