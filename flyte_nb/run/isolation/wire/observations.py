"""What a run was seen to use that may not be in the pod."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Observations:
    """What code of the user's imported, opened and looked up in the process of the run.

    Attributes:
        modules: Names of the modules that it imported, each with its file; None without one.
        files: Paths that it opened, as it wrote them: under the user's HOME, elsewhere on this
            machine where images have nothing, outside of the working directory by a relative
            path, or missing there and in the notebook's folder.
        variables: Names that it looked up in the environment and that were not declared.
        library_variables: The same, for lookups by libraries.
    """

    modules: tuple[tuple[str, str | None], ...] = ()
    files: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    library_variables: tuple[str, ...] = ()
