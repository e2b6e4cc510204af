from pathlib import Path

import pytest

from filrouge.storage.artifacts import ArtifactStore, DamagedArtifact, MissingArtifact


@pytest.fixture(params=["folder", "fsspec"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path if request.param == "folder" else f"memory://{tmp_path.name}")


def test_what_was_put_comes_back_once(store: ArtifactStore, tmp_path: Path):
    (tmp_path / "file").write_bytes(b"abc")
    assert store.put(b"abc") == store.put_file(tmp_path / "file")
    assert store.get(store.put(b"abc")) == b"abc"


def test_a_missing_file_is_told(store: ArtifactStore):
    with pytest.raises(MissingArtifact):
        store.get("0" * 64)


def test_a_damaged_file_is_never_given_back(tmp_path: Path):
    store = ArtifactStore(tmp_path)
    digest = store.put(b"abc")
    store.path(digest).write_bytes(b"abd")
    with pytest.raises(DamagedArtifact) as caught:
        store.get(digest)
    assert caught.value.where == str(tmp_path / digest[:2] / digest)


def test_what_is_stored_again_replaces_what_was_damaged(store: ArtifactStore, tmp_path: Path):
    digest = store.put(b"abc")
    (tmp_path / "file").write_bytes(b"abc")
    for again in (lambda: store.put(b"abc"), lambda: store.put_file(tmp_path / "file")):
        store.path(digest).write_bytes(b"abd")
        again()
        assert store.get(digest) == b"abc"
    store.path(digest).write_bytes(b"abd")
    with store.writing() as staged:
        staged.path.write_bytes(b"abc")
    assert store.get(digest) == b"abc"


def test_a_file_is_sound_while_it_is_what_was_written(tmp_path: Path):
    store = ArtifactStore(tmp_path)
    digest = store.put(b"abc")
    assert store.sound(digest)
    store.path(digest).write_bytes(b"abd")
    assert not store.sound(digest)
    assert not store.sound("0" * 64)


def test_a_damaged_copy_of_a_remote_file_is_fetched_again(tmp_path: Path):
    store = ArtifactStore(f"memory://{tmp_path.name}")
    digest = store.put(b"abc")
    store.path(digest).write_bytes(b"abd")
    assert store.get(digest) == b"abc"


def test_a_failed_write_leaves_nothing(tmp_path: Path):
    store = ArtifactStore(tmp_path)
    with pytest.raises(RuntimeError), store.writing() as staged:
        staged.path.write_bytes(b"half")
        raise RuntimeError
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
