"""What more than one part needs: a session, a certificate authority."""

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
