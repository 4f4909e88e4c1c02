"""A real S3 server, a process of its own on the loopback interface."""

import re
import subprocess
import sys
import uuid

import pytest

from flyte_nb.config.storage import DataConfig, S3Config
from flyte_nb.context.storage import FileAccess

ADDRESS = re.compile(rb"Running on (http://127\.0\.0\.1:\d+)")


@pytest.fixture(scope="session")
def s3_server():
    """The address of moto's server."""
    command = [sys.executable, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as server:
        found = next(filter(None, map(ADDRESS.search, server.stderr)), None)
        assert found, f"the S3 server ended with {server.poll()}"
        # It logs every request: read on, or it waits for ever once the pipe is full.
        drain = subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
        yield found[1].decode()
        server.terminate()
        server.wait()
        drain.wait()


@pytest.fixture
def s3(s3_server):
    """Settings that reach the server."""
    return DataConfig(
        s3=S3Config(endpoint=s3_server, access_key_id="key", secret_access_key="secret")
    )


@pytest.fixture
def bucket(s3):
    """The address of a new bucket."""
    name = f"b-{uuid.uuid4().hex}"
    FileAccess(data_config=s3).get_filesystem("s3").mkdir(name)
    return f"s3://{name}"


@pytest.fixture(params=["folder", "memory", "s3"])
def place(request, tmp_path):
    """An address of each kind that can be had here, and how to reach it."""
    if request.param == "folder":
        return str(tmp_path / "store"), FileAccess()
    if request.param == "memory":
        return f"memory://{uuid.uuid4().hex}", FileAccess()
    files = FileAccess(data_config=request.getfixturevalue("s3"))
    return request.getfixturevalue("bucket"), files
