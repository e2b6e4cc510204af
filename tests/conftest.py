"""Workspaces for every test: SQLite always, PostgreSQL where it is installed."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa

from filrouge.bootstrap import init_workspace, metadata
from filrouge.kernel.clock import FixedClock
from filrouge.kernel.settings import Settings, Storage
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace

# The gate tries the same examples each time; `pytest --hypothesis-profile=search` looks for new ones.
hypothesis.settings.register_profile("gate", derandomize=True)
hypothesis.settings.register_profile("search", derandomize=False)
hypothesis.settings.load_profile("gate")

NOON = datetime(2013, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture(scope="session")
def empty_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite workspace, copied for each test."""
    root = tmp_path_factory.mktemp("empty")
    init_workspace(root).close()
    return root


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found else None


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, on a free loopback port; gives its URL."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    folder = Path(f"/tmp/filrouge-pg-{os.getpid()}")
    folder.mkdir(mode=0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # PostgreSQL refuses to run as root; its Debian package brings a user.
    prefix = []
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    data = str(folder / "data")
    subprocess.run(
        [
            *prefix,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "filrouge",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ],
        check=True,
        capture_output=True,
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [*prefix, programs / "pg_ctl", "-D", data]
    subprocess.run([*control, "-w", "-o", options, "-l", str(folder / "log"), "start"], check=True)
    try:
        yield f"postgresql://filrouge@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sqlite_workspace(tmp_path: Path, empty_workspace: Path, clock: FixedClock) -> Iterator[Workspace]:
    """For tests that the database's vendor does not concern."""
    metadata()
    shutil.copytree(empty_workspace, tmp_path / "ws")
    workspace = Workspace(tmp_path / "ws", Settings(), clock)
    yield workspace
    workspace.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgres"))])
def workspace(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[Workspace]:
    """The same test on SQLite and on a real PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_workspace")
        return
    url = request.getfixturevalue("postgres")
    root = tmp_path / "ws"
    root.mkdir()
    workspace = Workspace(root, Settings(storage=Storage(database=url)), clock)
    metadata().create_all(workspace.engine)
    yield workspace
    with workspace.engine.begin() as connection:
        tables = ", ".join(f'"{table.name}"' for table in metadata().sorted_tables)
        connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    workspace.close()


@pytest.fixture
def product(workspace: Workspace) -> str:
    """The id of a product in ``workspace``."""
    with workspace.transaction("ana") as session:
        session.add(Product(id="nyc-departures", title="NYC departures"))
    return "nyc-departures"
