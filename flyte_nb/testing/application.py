"""All routes as one application, asked without a wire."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from .admin import add_admin
from .endpoints import add_endpoints, metadata
from .exchange import Reply
from .oauth import OAuthServer
from .people import add_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .clients import Client
    from .exchange import Request
    from .options import Options
    from .provider import Provider
    from .state import State


class Application:
    """The authorization server, its pages, and admin.

    Args:
        state: What is remembered; whoever asks holds its lock.
        options: Returns the options in force.
        clients: The clients that are known.
        provider: Another server that admin leaves logins to; None for this one.
    """

    def __init__(
        self,
        state: State,
        options: Callable[[], Options],
        clients: Iterable[Client],
        provider: Provider | None = None,
    ) -> None:
        self._app = Flask(__name__)
        known = {client.client_id: client for client in clients}
        oauth = OAuthServer(self._app, known, state, options)
        add_endpoints(self._app, oauth)
        add_pages(self._app, oauth)
        add_admin(
            self._app,
            options=options,
            metadata=lambda: metadata(oauth) if provider is None else provider.metadata,
            user_of=state.user_of if provider is None else provider.user_of,
        )

    def answer(self, request: Request, address: str) -> Reply:
        """Return the answer to a request.

        Args:
            request: What was asked.
            address: Where the server is, if the request does not say what it took it for.
        """
        scheme, host = urlsplit(address)[:2]
        environ = EnvironBuilder(
            path=request.path,
            base_url=f"{scheme}://{request.headers.get('Host', host)}",
            query_string=request.query_string,
            method=request.method,
            headers=request.headers,
            data=request.body,
        ).get_environ()
        response = Response.from_app(self._app.wsgi_app, environ, buffered=True)
        headers = response.headers
        headers.remove("Content-Length")
        return Reply(
            status=response.status_code, headers=tuple(headers.items()), body=response.get_data()
        )
