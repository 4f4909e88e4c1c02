"""Container images by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import ConfigFileError, InvalidValueError

from .default_images import DefaultImages
from .file import get_config_file
from .problem import shortened

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
        fqn: Registry and repository; before a digest a tag may stand there too, and says nothing
            more: the digest decides, as in Docker's references.
        tag: Its tag, or None.
        digest: Its digest, or None; an image has not both.

    Raises:
        InvalidValueError: Both tag and digest are given, or two of one; or a part is no text.
    """

    name: str
    fqn: str
    tag: str | None = None
    digest: str | None = None

    def __post_init__(self) -> None:
        for part in ("name", "fqn", "tag", "digest"):
            value = getattr(self, part)
            if value is not None or part in {"name", "fqn"}:
                object.__setattr__(self, part, _text(f"Image({part}=…)", value))
        # https://github.com/distribution/reference: [host[:port]/]path[:tag][@digest]
        repository, *digests = self.fqn.split("@")
        tags = repository.rpartition("/")[2].split(":")[1:]
        given_tags = [] if self.tag is None else [self.tag]
        digests += [] if self.digest is None else [self.digest]
        where = f"image {_shown(self.name)}"
        for what, found in (("tags", tags + given_tags), ("digests", digests)):
            if len(found) > 1:
                raise InvalidValueError(
                    f"{where}: two {what}, {_shown(found[0])} and {_shown(found[1])}",
                    hint="a reference is name:tag or name@digest; host:port/ may stand before it",
                )
        if given_tags and digests:
            raise InvalidValueError(
                f"{where}: tag {_shown(self.tag)} and digest {_shown(digests[0])}",
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
            InvalidValueError: It has neither tag nor digest, and that is not allowed; or it has
                two tags, or two digests.
        """
        reference = _text(f"image {_shown(name)}", image_identifier)
        fqn, at, digest = reference.rpartition("@")
        if at:
            return Image(name, fqn, digest=digest)
        fqn, tag = _split_tag(reference)
        if tag is None and allow_no_tag_or_digest is not True:
            raise InvalidValueError(
                f"image {_shown(reference)} has neither tag nor digest",
                hint=f"write {shortened(reference)}:TAG",
            )
        return Image(name, fqn, tag=tag)


@dataclass(frozen=True)
class ImageConfig:
    """The images that tasks can name (flytekit's ``ImageConfig``).

    Attributes:
        default_image: The one of tasks that name none.
        images: All, the default among them.

    Raises:
        InvalidValueError: One is no `Image`, or two that differ have one name. Only the default
            may: it is the one that is meant.
    """

    default_image: Image | None = None
    images: list[Image] | None = None

    def __post_init__(self) -> None:
        if self.default_image is not None and not isinstance(self.default_image, Image):
            raise InvalidValueError(
                f"the default image is a {type(self.default_image).__name__}, and not an Image"
            )
        if self.images is None:
            return
        object.__setattr__(self, "images", _listed(self.images))
        known: dict[str, Image] = {}
        for image in self.images:
            other = known.setdefault(image.name, image)
            is_clear = self.default_image is not None and image.name == self.default_image.name
            if other != image and not is_clear:
                raise InvalidValueError(
                    f"two images are called {_shown(image.name)}: {_shown(other.full)} and"
                    f" {_shown(image.full)}",
                    hint="give one of them another name",
                )

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
        for value in _listed(values, str):
            name, equals, reference = _text("an image", value).partition("=")
            image = Image.look_up_image_info(
                name if equals else DEFAULT_IMAGE_NAME, reference if equals else name
            )
            if image.name != DEFAULT_IMAGE_NAME:
                others.append(image)
            elif default is not None:
                raise InvalidValueError(
                    f"{_shown(param)}: {_shown(default.full)} and {_shown(image.full)} are both the"
                    " default image",
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
            InvalidValueError: One is no `Image`, or two that differ have one name.
        """
        first = [default_image] if default_image is not None else []
        others = [] if other_images is None else _listed(other_images)
        return cls(default_image, [*first, *others])

    @classmethod
    def auto(
        cls,
        config_file: str | os.PathLike[str] | ConfigFile | None = None,
        img_name: str | None = None,
    ) -> ImageConfig:
        """Return the images of the configuration file, and *img_name* as the default.

        Raises:
            InvalidValueError: *img_name* is no reference of an image.
            ConfigFileError: One in the file is none, or the file cannot be used.
        """
        default = _default(img_name)
        cfg = get_config_file(config_file)
        if cfg is None:
            return cls.create_from(default)
        try:
            return cls.create_from(default, _named(cfg.checked_document().images()))
        except InvalidValueError as error:
            raise ConfigFileError(f"{cfg.path}: images: {error.args[0]}", hint=error.hint) from None

    @classmethod
    def from_images(cls, default_image: str, m: Mapping[str, str] | None = None) -> ImageConfig:
        """Return the default image and those of *m*, name to reference.

        Raises:
            InvalidValueError: One is no reference of an image, or the default has no version.
        """
        return cls.create_from(_default(default_image), _named({} if m is None else m))

    @classmethod
    def auto_default_image(cls) -> ImageConfig:
        """Return the images of the configuration file, and Flyte's own as the default."""
        return cls.auto(img_name=DefaultImages.default_image())


def _default(reference: str | None) -> Image | None:
    if reference is None or _text("the default image", reference) == "":
        return None
    return Image.look_up_image_info(DEFAULT_IMAGE_NAME, reference)


def _named(images: Mapping[str, str]) -> list[Image]:
    if not isinstance(images, dict):
        raise InvalidValueError(f"images: {type(images).__name__}, and a dictionary is wanted")
    return [
        Image.look_up_image_info(name, reference, allow_no_tag_or_digest=True)
        for name, reference in dict.items(images)
    ]


def _split_tag(reference: str) -> tuple[str, str | None]:
    """Return a reference without its tag, and the tag; None where there is none."""
    rest, colon, tag = reference.rpartition(":")
    # A colon before a slash is of a port.
    return (rest, tag) if colon and "/" not in tag else (reference, None)


def _listed(values: Any, kind: type = Image) -> list[Any]:
    """Return a list or tuple as a list, whatever its class makes of being read."""
    if not isinstance(values, (list, tuple)):
        raise InvalidValueError(f"images: {type(values).__name__}, and a list is wanted")
    read = list.__iter__(values) if isinstance(values, list) else tuple.__iter__(values)
    found = [*read]
    for value in found:
        if not isinstance(value, kind):
            raise InvalidValueError(
                f"images: {type(value).__name__}, and {kind.__name__} is wanted"
            )
    return found


def _text(where: str, value: object) -> str:
    """Return *value* as plain text."""
    if not isinstance(value, str):
        raise InvalidValueError(f"{where}: {type(value).__name__}, and text is wanted")
    try:
        str.encode(value)
    except UnicodeEncodeError:
        raise InvalidValueError(f"{where}: not Unicode that UTF-8 can write") from None
    return str.__str__(value)


def _shown(value: object) -> str:
    """Return *value* for a message: never long, and of what is no text the type alone."""
    return shortened(repr(str.__str__(value)) if isinstance(value, str) else type(value).__name__)
