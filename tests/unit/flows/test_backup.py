"""A backup holds everything, and a restore brings all of it back or nothing."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from backports.zstd import ZstdFile

from filrouge.bootstrap import HEAD, init_workspace, metadata, migrate
from filrouge.flows.backup import restore_backup, verify_backup, write_backup
from filrouge.flows.backup.faults import (
    BackupDamaged,
    BackupTooNew,
    BackupUnreadable,
    BackupUnsafe,
    RestoreInUse,
    RestoreNotEmpty,
)
from filrouge.flows.backup.settings_text import without_places, without_secrets
from filrouge.flows.backup.tables import tables
from filrouge.flows.examples import import_example
from filrouge.flows.product_yaml import export_product
from filrouge.kernel.clock import FixedClock
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.ids import time_id
from filrouge.kernel.settings import Settings, Storage, load_settings
from filrouge.storage.accounts.audit import audited
from filrouge.storage.accounts.sessions import SignedIn, open_session
from filrouge.storage.editing import edit, find
from filrouge.storage.eventlog import EventLog, Feedback, Label, Prediction
from filrouge.storage.kinds import kind_named
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace

DAY = datetime(2013, 3, 1, tzinfo=UTC)
P = "nyc-departures"


def fill(workspace: Workspace) -> None:
    """A workspace as a team leaves it: artefacts with history, a log in parts and segments, files, code."""
    (workspace.root / "filrouge.toml").write_text('[web]\nlanguage = "fr"\n', encoding="utf-8")
    with workspace.transaction("ana") as session:
        import_example(session)
        find(session, Product, P).code = "code-of-it"
        open_session(session, "ana", "owner")
    with workspace.transaction("bob") as session:
        edit(session, find(session, kind_named("idea"), "nyc-idea-warn"), author="Bob — «l’équipe»\n")
    append(workspace, 0, 40)
    EventLog(workspace).compact()
    append(workspace, 40, 60)
    (workspace.log_folder / "refused").mkdir()
    (workspace.log_folder / "refused" / f"{P}.jsonl").write_text('{"why": "no carrier"}\n', encoding="utf-8")
    workspace.artifacts.put(b"a model")
    state = workspace.root / ".filrouge"
    (state / "mlflow" / P).mkdir(parents=True)
    (state / "mlflow" / P / "model.skops").write_bytes(b"weights")
    with sqlite3.connect(state / "mlflow.db") as tracking:
        tracking.execute("CREATE TABLE runs (run_uuid, artifact_uri)")
        uri = (state / "mlflow" / P).as_uri()
        tracking.execute("INSERT INTO runs VALUES ('r1', ?)", (uri,))
    (workspace.root / "code-of-it" / ".venv").mkdir(parents=True)
    (workspace.root / "code-of-it" / ".venv" / "big").touch()
    (workspace.root / "code-of-it" / "features.py").write_text("x = 1\n", encoding="utf-8")


def append(workspace: Workspace, first: int, last: int) -> None:
    log = EventLog(workspace)
    for number in range(first, last):
        at = DAY + timedelta(minutes=number)
        identifier = time_id(at, f"{number}")
        common = {"product": P, "at": at, "recorded_at": at}
        log.append(
            Prediction(id=identifier, model_version="v", slot="champion", score=number / 100, **common),
            Label(prediction_id=identifier, value=number % 2 == 0, **common),
            Feedback(prediction_id=identifier, verdict="accepted", by="zoé", **common),
        )
    log.close()


def rows_of(workspace: Workspace) -> dict[str, list[Any]]:
    with workspace.reading() as session:
        found = {
            table.name: [tuple(row) for row in session.execute(sa.select(table))]
            for table in tables()
            if table.name not in {"log_offset", "audit_event"}
        }
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def holdings(workspace: Workspace) -> dict[str, Any]:
    frame = EventLog(workspace).frame(P, DAY, DAY + timedelta(days=1)).collect().sort("id")
    with workspace.reading() as session:
        text = export_product(session, P)
    return {
        "rows": rows_of(workspace),
        "log": frame.to_dicts(),
        "files": {digest: workspace.artifacts.get(digest) for digest in workspace.artifacts.digests()},
        "yaml": text,
    }


def save(workspace: Workspace, target: Path, **more: Any) -> Path:
    return write_backup(workspace, target, revision=HEAD, version="0.1.0", **more).path


def bring(path: Path, root: Path, **more: Any) -> Workspace:
    restore_backup(path, root, revision=HEAD, models=metadata, migrate=migrate, **more)
    database = more.get("database")
    asked = {"storage": {"database": database}} if database else None
    return Workspace(root, load_settings(root, overrides=asked), FixedClock(DAY), models=metadata)


@pytest.fixture
def filled(sqlite_workspace: Workspace) -> Workspace:
    fill(sqlite_workspace)
    return sqlite_workspace


@pytest.fixture
def backup(filled: Workspace, tmp_path: Path) -> Path:
    return save(filled, tmp_path / "all.tar.zst")


@pytest.fixture
def empty_database(postgres: str) -> Iterator[str]:
    server = sa.create_engine(
        postgres.replace("postgresql", "postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE restored"))
        yield postgres.rpartition("/")[0] + "/restored"
        connection.execute(sa.text("DROP DATABASE restored WITH (FORCE)"))
    server.dispose()


def test_a_restored_workspace_holds_everything(workspace: Workspace, tmp_path: Path):
    fill(workspace)
    before = holdings(workspace)
    restored = bring(save(workspace, tmp_path / "all.tar.zst", code=True), tmp_path / "again")
    assert holdings(restored) == before
    assert len(before["log"]) == 60
    assert {row["verdict"] for row in before["log"]} == {"accepted"}
    state = restored.root / ".filrouge"
    assert (state / "mlflow" / P / "model.skops").read_bytes() == b"weights"
    assert "no carrier" in (restored.log_folder / "refused" / f"{P}.jsonl").read_text()
    with sqlite3.connect(state / "mlflow.db") as tracking:
        assert (
            tracking.execute("SELECT artifact_uri FROM runs").fetchone()[0] == (state / "mlflow" / P).as_uri()
        )
    assert (restored.root / "code-of-it" / "features.py").exists()
    assert not (restored.root / "code-of-it" / ".venv").exists()
    assert restored.settings.web.language == "fr"
    with workspace.reading() as before_it, restored.reading() as after_it:
        assert audited(before_it)[0].event == "backup.taken"
        assert audited(after_it)[0].event == "backup.restored"
    with restored.reading() as session:
        assert session.query(SignedIn).count() == 0
    EventLog(restored).compact()
    assert holdings(restored)["log"] == before["log"]
    restored.close()


@pytest.mark.xdist_group("postgres")
def test_a_workspace_moves_to_postgresql_and_back(filled: Workspace, tmp_path: Path, empty_database: str):
    before = holdings(filled)
    there = bring(save(filled, tmp_path / "one.tar.zst"), tmp_path / "there", database=empty_database)
    assert there.settings.storage.database == empty_database
    assert holdings(there) == before
    with there.transaction("cy") as session:  # numbers that the database gives go on
        edit(session, find(session, kind_named("idea"), "nyc-idea-warn"), author="Cy")
    with there.transaction("cy") as session:
        edit(session, find(session, kind_named("idea"), "nyc-idea-warn"), author="Bob — «l’équipe»\n")
    now = holdings(there)
    back = bring(save(there, tmp_path / "two.tar.zst"), tmp_path / "back")
    assert holdings(back) == now
    assert now["yaml"] == before["yaml"]
    with pytest.raises(RestoreNotEmpty, match="database"):
        bring(tmp_path / "two.tar.zst", tmp_path / "third", database=empty_database)
    assert not (tmp_path / "third").exists()
    there.close()
    back.close()


def test_a_workspace_with_something_in_it_is_moved_aside_only_when_asked(
    filled: Workspace, backup: Path, tmp_path: Path
):
    root = tmp_path / "other"
    init_workspace(root).close()
    other = bring(backup, root)  # as init left it, it may be replaced
    with pytest.raises(RestoreNotEmpty, match="a workspace"):
        bring(backup, root)
    with other.transaction("ana") as session:
        session.add(Product(id="mine", title="Mine"))
    report = restore_backup(backup, root, revision=HEAD, models=metadata, migrate=migrate, force=True)
    assert report.aside is not None
    with Workspace(report.aside, Settings(), models=metadata).reading() as session:
        assert session.get(Product, "mine") is not None
    with Workspace(root, Settings(), models=metadata).reading() as session:
        assert session.get(Product, "mine") is None
    other.close()


def test_a_workspace_in_which_a_server_writes_is_not_replaced(filled: Workspace, backup: Path):
    log = EventLog(filled)
    log.append(Prediction(id="x", at=DAY, recorded_at=DAY, product=P, model_version="v", slot="naive"))
    with pytest.raises(RestoreInUse):
        bring(backup, filled.root, force=True)
    log.close()


def test_a_workspace_whose_pages_are_open_is_not_replaced(filled: Workspace, backup: Path):
    command = [sys.executable, "-m", "filrouge", "web", "--port", "0", "--no-open"]
    with subprocess.Popen(command, cwd=filled.root, stdout=subprocess.PIPE, text=True) as pages:
        try:
            assert "http" in pages.stdout.readline()
            with pytest.raises(RestoreInUse) as refused:
                bring(backup, filled.root, force=True)
            assert "web" in refused.value.action
        finally:
            pages.terminate()
    bring(backup, filled.root, force=True)


def test_code_that_is_there_is_not_overwritten(filled: Workspace, tmp_path: Path):
    path = save(filled, tmp_path / "code.tar.zst", code=True)
    root = tmp_path / "root"
    (root / "code-of-it").mkdir(parents=True)
    (root / "code-of-it" / "mine.py").touch()
    with pytest.raises(RestoreNotEmpty, match="code-of-it"):
        bring(path, root)
    bring(path, root, force=True).close()
    assert [found.name for found in (root / "code-of-it").iterdir()] == ["features.py"]
    assert list(root.glob(".before-restore-*/code-of-it/mine.py"))


def unpacked(path: Path) -> dict[str, bytes]:
    with ZstdFile(path) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def packed(path: Path, files: dict[str, bytes], link: str = "") -> None:
    with ZstdFile(path, "w") as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            if name == link:
                member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
            tar.addfile(member, io.BytesIO(content))


def forged(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    files = unpacked(path)
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    packed(path, {**files, "manifest.json": json.dumps(manifest).encode()})


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


def cut_at_the_end(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x55
    path.write_bytes(content)


def other_content(path: Path) -> None:
    files = unpacked(path)
    packed(path, {**files, "tables/idea.jsonl": files["tables/idea.jsonl"].replace(b"kept", b"lost")})


def one_less(path: Path) -> None:
    files = unpacked(path)
    del files["tables/idea.jsonl"]
    packed(path, files)


def one_more(path: Path) -> None:
    packed(path, {**unpacked(path), "code/evil.py": b"1"})


def a_link(path: Path) -> None:
    packed(path, unpacked(path), link="tables/idea.jsonl")


def wrong_counts(path: Path) -> None:
    forged(path, lambda manifest: manifest["tables"].update(idea=99))


def newer_format(path: Path) -> None:
    forged(path, lambda manifest: manifest.update(format=2, files="unknown"))


def newer_tables(path: Path) -> None:
    forged(path, lambda manifest: manifest.update(revision="0099"))


def no_archive(path: Path) -> None:
    path.write_text("product: {}\n", encoding="utf-8")


def another_archive(path: Path) -> None:
    packed(path, {"readme.txt": b"hello"})


def climbing(name: str) -> Callable[[Path], None]:
    def climb(path: Path) -> None:
        files = unpacked(path)
        manifest = json.loads(files["manifest.json"])
        was = manifest["files"][-1]["name"]
        manifest["files"][-1]["name"] = name
        files["manifest.json"] = json.dumps(manifest).encode()
        packed(path, {name if key == was else key: content for key, content in files.items()})

    climb.__name__ = f"climbing {name}"
    return climb


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (cut_off, BackupDamaged),
        (cut_at_the_end, BackupDamaged),
        (flip, BackupDamaged),
        (other_content, BackupDamaged),
        (one_less, BackupDamaged),
        (one_more, BackupDamaged),
        (wrong_counts, BackupDamaged),
        (newer_format, BackupTooNew),
        (newer_tables, BackupTooNew),
        (no_archive, BackupUnreadable),
        (another_archive, BackupUnreadable),
        (a_link, BackupUnsafe),
        (climbing("artifacts/../../evil"), BackupUnsafe),
        (climbing("/etc/evil"), BackupUnsafe),
        (climbing("code/.."), BackupUnsafe),
        (climbing("elsewhere/evil"), BackupUnsafe),
    ],
    ids=lambda value: value.__name__,
)
def test_what_is_spoilt_is_refused_and_nothing_is_half_restored(
    backup: Path, tmp_path: Path, spoil: Callable[[Path], None], fault: type[FilrougeError]
):
    spoil(backup)
    before = {path for path in tmp_path.rglob("*") if "ws" not in path.parts}
    with pytest.raises(fault):
        bring(backup, tmp_path / "deep" / "again")
    assert {path for path in tmp_path.rglob("*") if "ws" not in path.parts} == before
    if spoil is not wrong_counts:
        with pytest.raises(fault):
            verify_backup(backup, revision=HEAD)


def test_a_whole_backup_is_verified_without_writing(backup: Path, tmp_path: Path):
    before = set(tmp_path.rglob("*"))
    report = verify_backup(backup, revision=HEAD)
    assert report.manifest.tables["product"] == 1
    assert set(tmp_path.rglob("*")) == before


def test_a_damaged_stored_file_is_told_before_anything_is_written(filled: Workspace, tmp_path: Path):
    digest = filled.artifacts.put(b"another")
    filled.artifacts.path(digest).write_bytes(b"rotten")
    with pytest.raises(FilrougeError) as caught:
        save(filled, tmp_path / "bad.tar.zst")
    assert caught.value.code == "artifact.damaged"
    assert list(tmp_path.glob("*bad*")) == []


def test_secrets_stay_behind_and_are_named(sqlite_workspace: Workspace, tmp_path: Path):
    text = (
        "# kept\n[storage]\n"
        'database = "postgresql://ana:hush@db/filrouge"  # ours\n'
        "lock_timeout_s = 3\n[loop]\nevery_h = 2\n"
    )
    (sqlite_workspace.root / "filrouge.toml").write_text(text, encoding="utf-8")
    path = save(sqlite_workspace, tmp_path / "all.tar.zst")
    settings = unpacked(path)["settings/filrouge.toml"].decode()
    assert "hush" not in settings
    assert settings.splitlines()[0] == "# kept"
    assert "a secret: [storage] database" in verify_backup(path, revision=HEAD).manifest.left_out
    restored = bring(path, tmp_path / "again")
    assert restored.settings.storage.lock_timeout_s == 3
    assert restored.settings.storage.database == Storage().database
    restored.close()


def test_a_secret_that_cannot_be_cut_out_keeps_the_whole_file_back():
    text, left = without_secrets('storage = { database = "postgresql://ana:hush@db/filrouge" }\n')
    assert (text, len(left)) == ("", 1)


def test_a_restore_never_writes_to_the_places_of_the_old_workspace():
    old = '[storage]\ndatabase = "postgresql://db/live"\nartifacts = "s3://live"\n[web]\nport = 1\n'
    text, places = without_places(old)
    assert "live" not in text
    assert places == ["[storage] artifacts", "[storage] database"]
    assert "port = 1" in text
    text, _places = without_places(old, "sqlite:///new.db")
    assert 'database = "sqlite:///new.db"' in text
    assert "live" not in without_places('storage.database = "postgresql://db/live"\n')[0]
