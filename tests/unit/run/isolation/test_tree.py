"""Who belongs to a run: with what Linux tells, and without it."""

import os
import signal
import time

import pytest

from flyte_nb.run.isolation.watch import tree
from flyte_nb.run.isolation.watch.tree import Tree, children_of, descendants


@pytest.fixture
def family():
    """Fork a process with a child, that has one too, and a child in a session of its own."""
    reading, writing = os.pipe()
    root = os.fork()
    if root == 0:
        os.setsid()
        for moves in (False, True):
            if os.fork() == 0:
                if moves:
                    os.setsid()
                os.fork()
                break
        os.write(writing, b"%d\n" % os.getpid())
        time.sleep(600)
        os._exit(0)
    os.close(writing)
    found = b""
    while found.count(b"\n") < 5:
        found += os.read(reading, 100)
    os.close(reading)
    yield root, {int(pid) for pid in found.split()}
    for pid in map(int, found.split()):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    os.waitpid(root, 0)


@pytest.fixture(params=["by the kernel", "by all processes"], autouse=True)
def _way(request, monkeypatch):
    if request.param == "by all processes":
        monkeypatch.setattr(tree, "_HAS_CHILDREN_FILE", False)


def test_descendants(family):
    root, everybody = family
    assert set(descendants(root)) == everybody - {root}
    assert set(descendants(os.getpid())) >= everybody
    assert root in children_of(os.getpid())
    assert len(children_of(root)) == 2


def test_of_a_process_that_is_no_more_there_are_none():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    assert descendants(pid) == children_of(pid) == []


@pytest.mark.parametrize("adopts", [True, False])
def test_members_are_killed_together(family, adopts, is_gone):
    root, everybody = family
    members = Tree(root, os.getpid() if adopts else None)
    found = {process.pid for process in members.members()}
    assert found >= everybody if adopts else found == everybody
    if not adopts:
        members.kill()
        assert is_gone(everybody)
        assert members.members() == []


def test_without_adoption_an_orphan_is_known_that_was_seen_before(family):
    root, everybody = family
    members = Tree(root, None)
    members.members()
    for child in children_of(root):
        os.kill(child, signal.SIGKILL)
    time.sleep(0.2)
    orphans = everybody - {root} - {p.pid for p in members.members() if p.pid == root}
    alive = {process.pid for process in members.members()}
    assert len(alive & orphans) == 2
    members.kill()
