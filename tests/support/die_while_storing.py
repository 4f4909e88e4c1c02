"""Stores tokens in a file and is killed, as by the system, some steps of the interpreter later.

python die_while_storing.py FOLDER ENDPOINT STEPS
"""

import sys
from pathlib import Path

from kill_after import kill_after

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import FileStore


def new(endpoint):
    """Return the tokens that it stores."""
    return Credentials("new access token", "new refresh token", endpoint)


if __name__ == "__main__":
    folder, endpoint, steps = sys.argv[1:]
    store = FileStore(Path(folder))
    kill_after(int(steps), "stores/file.py")
    store.store(new(endpoint))
