"""A notebook without a kernel: cells that are run in one namespace, with their source."""

import itertools
import linecache
import textwrap

import pytest

_numbers = itertools.count(1)


class Notebook(dict):
    """The namespace of a notebook."""

    def run(self, *cells):
        """Run cells as IPython does: their source is where tracebacks look for it."""
        for cell in cells:
            source = textwrap.dedent(cell)
            file = f"<ipython-input-{next(_numbers)}>"
            linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
            exec(compile(source, file, "exec", dont_inherit=True), self)
        return self


@pytest.fixture
def notebook():
    """An empty notebook."""
    return Notebook(__name__="__main__")


@pytest.fixture
def version():
    """The version of the function ``f`` of a new notebook with these cells."""
    from flyte_nb.run.cache.body import Body

    return lambda *cells: Body(Notebook(__name__="__main__").run(*cells)["f"]).digest()


@pytest.fixture(autouse=True)
def _no_configuration_of_the_user(home):
    """A cache reads settings."""


@pytest.fixture
def cache(tmp_path):
    """An empty cache."""
    from flyte_nb.run.cache import TaskCache

    return TaskCache(tmp_path / "cache")


@pytest.fixture
def call():
    """Make a call of a task, told from others by a number."""
    from flyte_nb.run.cache import CacheCall

    def make(number=1, task="task", **more):
        return CacheCall(task=task, version="1", key=f"{number:032x}", **more)

    return make
