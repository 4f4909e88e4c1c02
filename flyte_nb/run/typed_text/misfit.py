"""What is raised inside of this package where a text is no value of a type."""

from __future__ import annotations


class MisfitError(Exception):
    """A text, or a part of it, is not of the type that is wanted.

    Args:
        wanted: What it should be, in words.
        where: Which part, as one would write it after the name of the input; empty for all.
        problem: What is said of it instead of that it has to be something else.
    """

    def __init__(self, wanted: str = "", where: str = "", *, problem: str = "") -> None:
        super().__init__(problem or wanted)
        self.wanted = wanted
        self.where = where
        self.problem = problem

    def inside(self, step: str) -> MisfitError:
        """Return the same as seen from what is around it."""
        return MisfitError(self.wanted, step + self.where, problem=self.problem)
