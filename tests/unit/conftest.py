"""What more than one part needs: a session, a clock, a certificate authority."""

import pytest


@pytest.fixture
def session():
    """A session that tasks run in, as the extension makes it."""
    from flyte_nb import Session

    session = Session()
    remove = session.install()
    yield session
    remove()
    session.close()


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    """Seconds that go on when a test says so."""
    return Clock()


@pytest.fixture(scope="session")
def ca():
    """A certificate authority that nobody trusts until a test says so."""
    import trustme

    return trustme.CA()


@pytest.fixture
def ca_file(ca, tmp_path):
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture(scope="session")
def oidc_provider():
    """What a certified server that is not ours says of itself; it runs for the whole session."""
    from oidc_provider import running

    from flyte_nb.testing import FLYTEPROPELLER

    with running(FLYTEPROPELLER.secret) as metadata:
        yield metadata
