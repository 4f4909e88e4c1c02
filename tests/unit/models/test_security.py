import pytest

from flyte_nb import Secret
from flyte_nb.errors import InvalidValueError


def test_fields_as_in_flytekit():
    secret = Secret("db", "password", mount_requirement=Secret.MountType.FILE, env_var="DB_FILE")
    assert (secret.group, secret.key, secret.env_var) == ("db", "password", "DB_FILE")
    assert secret.mount_requirement.value == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"group": ""},
        {"group": 3},
        {"group": "g", "key": b"k"},
        {"group": "g", "env_var": "OK\n"},
        {"group": "g", "env_var": "1ST"},
        {"group": "g", "env_var": "lower"},
        {"group": "g", "mount_requirement": "FILE"},
    ],
)
def test_what_the_platform_would_refuse(wrong):
    with pytest.raises(InvalidValueError, match="Secret"):
        Secret(**wrong)
