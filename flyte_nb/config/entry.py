"""One setting: its names, type, default and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from flyte_nb.errors import InvalidValueError

from .sources.environment import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigEntry(Generic[T]):
    """A setting of Flyte.

    Attributes:
        section: The section of the setting in an INI file, e.g. ``secrets``.
        option: Its option there, e.g. ``env_prefix``.
        parse: Turns the text of a source into a value; raises `ValueError` for text that is wrong.
        default: The value where no source has one.
        doc: One sentence for the user.
    """

    section: str
    option: str
    parse: Callable[[str], T]
    default: T
    doc: str

    @property
    def env_name(self) -> str:
        """The environment variable that sets it, e.g. ``FLYTE_SECRETS_ENV_PREFIX``."""
        return f"FLYTE_{self.section}_{self.option}".upper()

    def read(self, environ: Mapping[str, str] | None = None) -> T:
        """Return the value in force.

        Args:
            environ: The environment to look in; this process's by default.

        Raises:
            InvalidValueError: The environment holds text that is not of this setting's type.
        """
        text = (environment() if environ is None else environ).get(self.env_name)
        if text is None:
            return self.default
        try:
            return self.parse(text)
        except ValueError as error:
            raise InvalidValueError(
                f"{self.env_name} is {text!r}: {error}",
                hint=f"{self.doc} Default: {self.default!r}.",
            ) from None
