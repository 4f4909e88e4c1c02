"""Integration: settings of stores become the options that flytekit makes of them."""

import itertools

import pytest

from flyte_nb.config.storage import AzureBlobStorageConfig, DataConfig, S3Config
from flyte_nb.context.storage import storage_options

S3 = {
    "endpoint": "http://host:9000",
    "access_key_id": "id",
    "secret_access_key": "secret",
    "adressing_style": "virtual",
}
AZURE = {
    "account_name": "name",
    "account_key": "key",
    "tenant_id": "tenant",
    "client_id": "client",
    "client_secret": "secret",
}


def subsets(settings):
    for count in range(len(settings) + 1):
        yield from map(dict, itertools.combinations(settings.items(), count))


@pytest.mark.parametrize("anonymous", [False, True])
def test_options_are_flytekits(ask_flytekit, anonymous):
    cases = [("s3", s3, {}) for s3 in subsets(S3)]
    cases += [(p, {}, azure) for azure in subsets(AZURE) for p in ("abfs", "abfss")]
    cases += [(p, S3, AZURE) for p in ("gs", "file", "memory", "http")]
    cases.append(("s3", {"access_key_id": "", "endpoint": ""}, {}))
    for protocol, s3, azure in cases:
        case = {"protocol": protocol, "s3": s3, "azure": azure, "anonymous": anonymous}
        config = DataConfig(s3=S3Config(**s3), azure=AzureBlobStorageConfig(**azure))
        theirs = ask_flytekit({"ask": "storage", **case})["value"]
        assert storage_options(protocol, config, anonymous=anonymous) == theirs, case


def test_path_style_is_where_flytekit_says_virtual(ask_flytekit):
    """The one difference: there it cannot be had at all."""
    case = {"s3": {"adressing_style": "path"}, "azure": {}, "protocol": "s3", "anonymous": False}
    theirs = ask_flytekit({"ask": "storage", **case})["value"]
    assert theirs["config_kwargs"] == {"s3": {"addressing_style": "virtual"}}
    ours = storage_options("s3", DataConfig(s3=S3Config(adressing_style="path")))
    assert ours["config_kwargs"] == {"s3": {"addressing_style": "path"}}


def test_a_checkpoint_of_flytekits_is_read_here(ask_flytekit, tmp_path):
    """Plain files in a folder, as its ``SyncCheckpoint`` leaves them."""
    from flyte_nb.context.checkpoint import SyncCheckpoint

    saved = ask_flytekit({"ask": "checkpoint", "folder": str(tmp_path / "0")})["value"]
    second = SyncCheckpoint(tmp_path / "1", tmp_path / "0")
    assert second.prev_exists()
    assert second.read() == saved.encode()
    second.write(b"ours")
    assert second.read() == b"ours"
