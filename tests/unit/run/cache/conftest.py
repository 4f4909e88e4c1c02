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
