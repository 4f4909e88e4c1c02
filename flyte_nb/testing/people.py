"""The authorization server's addresses for people: who signs in, and what they approve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from flask import Blueprint, request

from . import pages
from .endpoints import as_response

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from .oauth import OAuthServer

_DEVICE = "Connect a device"
_SIGN_IN = "Sign in"


def add_pages(app: Flask, oauth: OAuthServer) -> None:
    """Add the pages of *oauth* to an application."""
    routes = Blueprint("people", __name__)

    @routes.get("/device")
    def device() -> str:
        return pages.form(_DEVICE, user_code=request.args.get("user_code", ""))

    @routes.post("/device")
    def decide() -> ResponseReturnValue:
        return _decide(oauth)

    @routes.route("/authorize", methods=["GET", "POST"])
    def authorize() -> ResponseReturnValue:
        return _authorize(oauth)

    app.register_blueprint(routes)


def _decide(oauth: OAuthServer) -> ResponseReturnValue:
    """Approve or deny the login of a code that somebody has typed."""
    code, user = request.form.get("user_code", ""), request.form.get("user", "").strip()
    login = oauth.state.device_login(user_code=code)
    if login is None or oauth.state.clock.now() >= login.expires_at:
        problem = "There is no such code, or it has expired."
    elif login.user or login.is_denied:
        problem = "This code was used."
    elif request.form.get("decision") == "deny":
        login.is_denied = True
        return pages.notice(_DEVICE, "Denied. You can close this page.")
    elif not user:
        problem = "Enter your user name."
    else:
        login.user = user
        return pages.notice(_DEVICE, "Approved. You can close this page.")
    return pages.form(_DEVICE, user_code=code, user=user, problem=problem), 400


def _authorize(oauth: OAuthServer) -> ResponseReturnValue:
    """Ask who logs in, and send the browser back with a code or an error."""
    try:
        grant = oauth.get_consent_grant()
    except OAuth2Error as error:
        return _with_issuer(oauth, oauth.handle_error_response(request, error))
    user = oauth.options.auto_approve or request.form.get("user", "").strip()
    is_denied = request.form.get("decision") == "deny"
    if not user and not is_denied:
        problem = "Enter your user name." if request.method == "POST" else ""
        return pages.form(_SIGN_IN, problem=problem), 400 if problem else 200
    approved_by = None if is_denied else user
    made = oauth.create_authorization_response(grant=grant, grant_user=approved_by)
    return _with_issuer(oauth, made)


def _with_issuer(oauth: OAuthServer, made: Any) -> Response:
    """Return what Authlib has made; who is sent back by it brings the issuer (RFC 9207)."""
    response = as_response(made)
    issuers = [("iss", request.host_url.rstrip("/"))] * oauth.options.issuers_sent
    if response.location and issuers:
        response.location = add_params_to_uri(response.location, issuers)
    return response
