"""A network that is this machine alone."""

import pytest
from loopback import forget_the_network


@pytest.fixture(autouse=True)
def _own_network(environment):
    forget_the_network(environment)
