"""Hands out a token of an endpoint once it is told to, renewed at a server if need be.

    python keep_tokens.py FOLDER ENDPOINT URL [fork]

Says "ready", waits for a line, prints the access token or the error, and with "fork" leaves a
child behind that was forked while the server was asked.
"""

import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import FileStore
from flyte_nb.auth.tokens.keeper import TokenKeeper
from flyte_nb.errors import AccessTokenNotFoundError, FlyteNbError


def asking(url):
    """Return what renews tokens at *url*."""

    def refresh(old):
        if "fork" in sys.argv:
            threading.Timer(0.2, fork).start()
        request = urllib.request.Request(url, data=old.refresh_token.encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Credentials(**json.load(answer))
        except urllib.error.HTTPError as error:
            error.close()
            raise AccessTokenNotFoundError("invalid_grant") from None

    return refresh


def fork():
    """Leave a child behind that outlives this process."""
    if os.fork() == 0:
        sys.stdout.write(f"{os.getpid()}\n")
        sys.stdout.flush()
        time.sleep(600)
        os._exit(0)


if __name__ == "__main__":
    folder, endpoint, url = sys.argv[1:4]
    keeper = TokenKeeper(endpoint, asking(url), FileStore(Path(folder)))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    try:
        sys.stdout.write(f"{keeper.token().access_token}\n")
    except FlyteNbError as error:
        sys.stdout.write(f"{error}\n")
