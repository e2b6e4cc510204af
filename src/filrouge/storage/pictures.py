"""Pictures that people upload: known by their content, never by their name, and of a size that fits."""

from typing import BinaryIO, NamedTuple

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.artifacts import ArtifactStore

__all__ = ["MOST_BYTES", "NotAPicture", "Picture", "PictureTooLarge", "keep_picture", "picture_type"]

MOST_BYTES = 5_000_000
_CHUNK = 1 << 16


class NotAPicture(FilrougeError):
    """A file is no PNG, JPEG, WebP or GIF, whatever it is called."""

    code = "picture.unknown-type"
    status = 415


class PictureTooLarge(FilrougeError):
    """A picture is larger than what is kept."""

    code = "picture.too-large"
    status = 413


class Picture(NamedTuple):
    """A stored picture: its digest in the artefact store, and its media type."""

    digest: str
    type: str


def picture_type(head: bytes) -> str | None:
    """The media type that the first bytes of a file tell; none for anything else, SVG and HTML included.

    Example:
        >>> picture_type(b"GIF89a......"), picture_type(b"<svg xmlns=")
        ('image/gif', None)
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def keep_picture(store: ArtifactStore, source: BinaryIO) -> Picture:
    """Store a picture, read piece by piece.

    Raises:
        NotAPicture: its content is of another type.
        PictureTooLarge: it has more than ``MOST_BYTES``; nothing is kept.
    """
    head = source.read(_CHUNK)
    found = picture_type(head)
    if found is None:
        raise NotAPicture(
            _("This file is not a picture that can be shown."),
            why=_("PNG, JPEG, WebP and GIF are; SVG is not, for it may carry scripts."),
            action=_("Export it as PNG, and upload that."),
        )
    with store.writing() as staged:
        size = 0
        with staged.path.open("wb") as target:
            while head:
                size += len(head)
                if size > MOST_BYTES:
                    raise too_large()
                target.write(head)
                head = source.read(_CHUNK)
    return Picture(staged.digest, found)


def too_large() -> PictureTooLarge:
    """The refusal of a picture that is too large."""
    return PictureTooLarge(
        _("The picture is larger than {size} MB.").format(size=MOST_BYTES // 1_000_000),
        action=_("Make it smaller: the width of a screen is enough."),
    )
