"""The session of a caller, or one made for what a caller says of proxy and certificates."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from flyte_nb.config.platform import PlatformConfig

from .transport import new_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests


@contextmanager
def given_session(
    http_proxy_url: str | None,
    verify: bool | str | None,  # noqa: FBT001 - requests' own
    session: requests.Session | None = None,
) -> Iterator[requests.Session]:
    """Yield what asks an identity provider.

    Args:
        http_proxy_url: Proxy to ask through; that of the environment by default.
        verify: File of certificates, or whether to check them; public ones by default.
        session: The caller's, which is used as it is where nothing else is said.
    """
    if session is not None and http_proxy_url is None and verify is None:
        yield session
        return
    platform = PlatformConfig(
        endpoint="admin.invalid",  # what is asked is an identity provider, with a proxy of its own
        http_proxy_url=http_proxy_url,
        ca_cert_file_path=verify if isinstance(verify, str) else None,
        insecure_skip_verify=verify is False,
    )
    with new_session(platform) as made:
        if session is not None:
            made.headers.update({k: v for k, v in session.headers.items() if k not in made.headers})
        yield made
