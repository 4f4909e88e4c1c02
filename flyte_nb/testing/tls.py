"""TLS for the server: certificates that are good, for another host, or out of date."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trustme

_LOOPBACK = ("127.0.0.1", "localhost")


def server_context(ca: trustme.CA, *names: str, is_expired: bool = False) -> ssl.SSLContext:
    """Return a context for `AuthServer`, with a certificate that *ca* has signed.

    Args:
        ca: An authority; who does not trust it does not trust the server.
        names: Hosts that the certificate is for; those of loopback when none are given.
        is_expired: Whether it is out of date.

    Example:
        >>> import trustme
        >>> from flyte_nb.testing import AuthServer, server_context
        >>> ca = trustme.CA()
        >>> ca.cert_pem.write_to_path("ca.pem")  # for admin.caCertFilePath
        >>> server = AuthServer(tls=server_context(ca))
        >>> elsewhere = AuthServer(tls=server_context(ca, "flyte.example.org"))
    """
    now = datetime.now(timezone.utc)
    certificate = ca.issue_cert(
        *(names or _LOOPBACK),
        not_before=now - timedelta(days=2) if is_expired else None,
        not_after=now - timedelta(days=1) if is_expired else None,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
