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
    assert "rm '" in caught.value.action


def test_a_failed_write_leaves_nothing(tmp_path: Path):
    store = ArtifactStore(tmp_path)
    with pytest.raises(RuntimeError), store.writing() as staged:
        staged.path.write_bytes(b"half")
        raise RuntimeError
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
