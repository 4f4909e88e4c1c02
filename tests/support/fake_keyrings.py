"""Keyrings that behave as those of operating systems do, at their worst."""

import threading

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class Memory(KeyringBackend):
    """One that works."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.items = {}
        self.asked = []

    def get_password(self, service, username):
        self.asked.append(("get", username))
        return self.items.get((service, username))

    def set_password(self, service, username, password):
        self.asked.append(("set", username))
        self.items[service, username] = password

    def delete_password(self, service, username):
        self.asked.append(("delete", username))
        if (service, username) not in self.items:
            raise PasswordDeleteError("not found")
        del self.items[service, username]


class Small(Memory):
    """Takes 2560 bytes in UTF-16, as Windows' does."""

    def set_password(self, service, username, password):
        if len(password.encode("utf-16-le")) > 2560:
            raise OSError(1783, "CredWrite", "The stub received bad data.")
        super().set_password(service, username, password)


class Cutting(Memory):
    """Keeps the beginning of long values and says nothing."""

    def set_password(self, service, username, password):
        super().set_password(service, username, password[:1280])


class Losing(Memory):
    """Loses everything and says nothing."""

    def set_password(self, *_):
        pass


class Failing(Memory):
    """Raises whatever it is told to, with what it was given in the text, once `fails`."""

    def __init__(self, make=KeyringLocked, verbs=("get", "set", "delete")):
        super().__init__()
        self.make = make
        self.verbs = verbs
        self.fails = True

    def _fail(self, verb, *given):
        if self.fails and verb in self.verbs:
            raise self.make(f"{verb} {given}")

    def get_password(self, service, username):
        self._fail("get", service, username, *self.items.values())
        return super().get_password(service, username)

    def set_password(self, service, username, password):
        self._fail("set", service, username, password)
        super().set_password(service, username, password)

    def delete_password(self, service, username):
        self._fail("delete", service, username, *self.items.values())
        super().delete_password(service, username)


class Asking(Memory):
    """Waits for the user before it answers, until a test lets it."""

    def __init__(self):
        super().__init__()
        self.answer = threading.Event()
        self.is_waiting = threading.Event()

    def get_password(self, service, username):
        self.is_waiting.set()
        self.answer.wait()
        return super().get_password(service, username)


class Dying(Small):
    """Dies at the nth change, as a process does that is killed in the midst of them."""

    def __init__(self, items, changes):
        super().__init__()
        self.items = items
        self.left = changes
        self.is_dead = False

    def _change(self):
        self.is_dead = self.is_dead or self.left == 0
        if self.is_dead:
            raise KeyringLocked
        self.left -= 1

    def get_password(self, service, username):
        if self.is_dead:
            raise KeyringLocked
        return super().get_password(service, username)

    def set_password(self, service, username, password):
        if len(password) <= 1280:  # what is refused changes nothing
            self._change()
        super().set_password(service, username, password)

    def delete_password(self, service, username):
        self._change()
        super().delete_password(service, username)


# Each that is imported counts as installed, to all tests that follow: these are there by name.
for _kind in list(KeyringBackend._classes):
    if _kind.__module__ == __name__:
        KeyringBackend._classes.discard(_kind)
