"""A keyring that several processes share."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class OfFile(KeyringBackend):
    """Keeps everything in the file that a variable names: for several processes."""

    priority = 1

    @property
    def path(self):
        return Path(os.environ["FAKE_KEYRING"])

    def _items(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def get_password(self, service, username):
        return self._items().get(f"{service} {username}")

    def set_password(self, service, username, password):
        self.path.write_text(json.dumps({**self._items(), f"{service} {username}": password}))

    def delete_password(self, service, username):
        items = self._items()
        if items.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("not found")
        self.path.write_text(json.dumps(items))


# Each that is imported counts as installed, to all tests that follow: this one is there by name.
KeyringBackend._classes.discard(OfFile)
