import io

import pytest

from filrouge.storage.artifacts import ArtifactStore
from filrouge.storage.pictures import MOST_BYTES, NotAPicture, PictureTooLarge, keep_picture

HEADS = {
    "image/png": b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
    "image/jpeg": b"\xff\xd8\xff\xe0" + b"\0" * 20,
    "image/gif": b"GIF89a" + b"\0" * 20,
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 ",
}


class Endless(io.RawIOBase):
    """A picture without an end, which counts what is read of it."""

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        self.given += size
        return (HEADS["image/png"] + b"\0" * size)[:size]


@pytest.mark.parametrize("media", HEADS)
def test_a_picture_is_known_by_its_content(tmp_path, media: str):
    store = ArtifactStore(tmp_path)
    kept = keep_picture(store, io.BytesIO(HEADS[media]))
    assert kept.type == media
    assert store.get(kept.digest) == HEADS[media]


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload='x()'>", b"<html>", b"%PDF-1.7", b"RIFF\x10\0\0\0AVI LIST"]
)
def test_anything_else_is_refused_whatever_its_name(tmp_path, content: bytes):
    store = ArtifactStore(tmp_path)
    with pytest.raises(NotAPicture):
        keep_picture(store, io.BytesIO(content))
    assert list(store.digests()) == []


def test_a_picture_without_an_end_is_left_soon_after_the_limit_and_not_kept(tmp_path):
    store, endless = ArtifactStore(tmp_path), Endless()
    with pytest.raises(PictureTooLarge, match="5 MB"):
        keep_picture(store, endless)
    assert endless.given < MOST_BYTES + 200_000
    assert list(store.digests()) == []
    assert list(tmp_path.glob(".staged*")) == []
