"""A network that is this machine alone."""

import pytest
import trustme
from loopback import forget_the_network


@pytest.fixture(autouse=True)
def _own_network(environment):
    forget_the_network(environment)


@pytest.fixture(scope="session")
def ca():
    """A certificate authority that nobody trusts until a test says so."""
    return trustme.CA()


@pytest.fixture
def ca_file(ca, tmp_path):
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return str(path)
