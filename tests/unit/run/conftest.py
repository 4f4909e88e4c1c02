"""What tests of runs share."""

import cloudpickle
import pytest


@pytest.fixture
def of_a_notebook(request):
    """Let tasks of the test go to other processes by value, as those of a notebook do."""
    cloudpickle.register_pickle_by_value(request.module)
    yield
    cloudpickle.unregister_pickle_by_value(request.module)
