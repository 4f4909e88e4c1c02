"""Container images by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

from .default_images import DefaultImages
from .file import get_config_file

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from .file import ConfigFile

DEFAULT_IMAGE_NAME = "default"


@dataclass(frozen=True)
class Image:
    """One image (flytekit's ``Image``).

    Attributes:
        name: What the configuration calls it.
        fqn: Registry and repository.
        tag: Its tag, or None.
        digest: Its digest, or None; an image has not both.

    Raises:
        InvalidValueError: Both tag and digest are given.
    """

    name: str
    fqn: str
    tag: str | None = None
    digest: str | None = None

    def __post_init__(self) -> None:
        if self.tag is not None and self.digest is not None:
            raise InvalidValueError(
                f"image {self.name!r}: tag {self.tag!r} and digest {self.digest!r}",
                hint="give one of them; a digest says more",
            )

    @property
    def full(self) -> str:
        """The reference; one with neither tag nor digest ends in ``:None``, as in flytekit."""
        return f"{self.fqn}@{self.digest}" if self.digest else f"{self.fqn}:{self.tag}"

    @property
    def version(self) -> str | None:
        """Digest or tag, whichever there is."""
        return self.digest or self.tag

    @staticmethod
    def look_up_image_info(
        name: str,
        image_identifier: str,
        allow_no_tag_or_digest: bool = False,  # noqa: FBT001, FBT002 - flytekit's signature
    ) -> Image:
        """Return the image of a reference.

        Raises:
            InvalidValueError: It has neither tag nor digest, and that is not allowed.
        """
        fqn, at, digest = image_identifier.rpartition("@")
        if at:
            return Image(name, fqn, digest=digest)
        fqn, colon, tag = image_identifier.rpartition(":")
        if colon and "/" not in tag:  # else the colon is of a port
            return Image(name, fqn, tag=tag)
        if not allow_no_tag_or_digest:
            raise InvalidValueError(
                f"image {image_identifier!r} has neither tag nor digest",
                hint=f"write {image_identifier}:TAG",
            )
        return Image(name, image_identifier)


@dataclass(frozen=True)
class ImageConfig:
    """The images that tasks can name (flytekit's ``ImageConfig``).

    Attributes:
        default_image: The one of tasks that name none.
        images: All, the default among them.
    """

    default_image: Image | None = None
    images: list[Image] | None = None

    def find_image(self, name: str) -> Image | None:
        """Return the image called *name*, None when there is none."""
        known = [self.default_image, *(self.images or [])]
        return next((image for image in known if image and image.name == name), None)

    @staticmethod
    def validate_image(_: Any, param: str, values: Iterable[str]) -> ImageConfig:
        """Return the images of ``name=reference`` and ``reference`` words, as a command line has.

        Raises:
            InvalidValueError: A reference has no version, or two are the default.
        """
        default, others = None, []
        for value in values:
            name, equals, reference = value.partition("=")
            image = Image.look_up_image_info(
                name if equals else DEFAULT_IMAGE_NAME, reference if equals else value
            )
            if image.name != DEFAULT_IMAGE_NAME:
                others.append(image)
            elif default is not None:
                raise InvalidValueError(
                    f"{param}: {default.full} and {image.full} are both the default image",
                    hint="give one of them a name: name=reference",
                )
            else:
                default = image
        if default is None:
            default = Image.look_up_image_info(DEFAULT_IMAGE_NAME, DefaultImages.default_image())
        return ImageConfig.create_from(default, others)

    @classmethod
    def create_from(
        cls, default_image: Image | None, other_images: list[Image] | None = None
    ) -> ImageConfig:
        """Return the images as one configuration.

        Raises:
            InvalidValueError: The default is no `Image`.
        """
        if default_image is not None and not isinstance(default_image, Image):
            raise InvalidValueError(f"the default image {default_image!r} is not an Image")
        first = [default_image] if default_image is not None else []
        return cls(default_image, [*first, *(other_images or [])])

    @classmethod
    def auto(
        cls,
        config_file: str | os.PathLike[str] | ConfigFile | None = None,
        img_name: str | None = None,
    ) -> ImageConfig:
        """Return the images of the configuration file, and *img_name* as the default."""
        default = Image.look_up_image_info(DEFAULT_IMAGE_NAME, img_name) if img_name else None
        cfg = get_config_file(config_file)
        named = {} if cfg is None else cfg.checked_document().images()
        return cls.create_from(default, _named(named))

    @classmethod
    def from_images(cls, default_image: str, m: Mapping[str, str] | None = None) -> ImageConfig:
        """Return the default image and those of *m*, name to reference."""
        default = (
            Image.look_up_image_info(DEFAULT_IMAGE_NAME, default_image) if default_image else None
        )
        return cls.create_from(default, _named(m or {}))

    @classmethod
    def auto_default_image(cls) -> ImageConfig:
        """Return the images of the configuration file, and Flyte's own as the default."""
        return cls.auto(img_name=DefaultImages.default_image())


def _named(images: Mapping[str, str]) -> list[Image]:
    return [
        Image.look_up_image_info(name, reference, allow_no_tag_or_digest=True)
        for name, reference in images.items()
    ]
