"""What the command line says to a clumsy or unlucky user: a coded fault, the next action, no traceback."""

import os
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.fakes.bus_product import PRODUCT, bus_rows, make_bus_product

import filrouge.bootstrap
from filrouge.cli import main
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.runs import runs_of


class Said(NamedTuple):
    code: int
    out: str
    err: str


Say = Callable[..., Said]


@pytest.fixture
def say(
    sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Say:
    """Run a command in the workspace's folder."""
    monkeypatch.chdir(sqlite_workspace.root)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["filrouge", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Said(int(str(code or 0)), out, err)

    return run


@pytest.fixture
def buses(sqlite_workspace: Workspace) -> str:
    make_bus_product(sqlite_workspace)
    return PRODUCT


@pytest.mark.parametrize(
    "command",
    [
        "models list buzes",
        "models ledger buzes",
        "models promote buzes buses/forest/1 --why x",
        "models rollback buzes --why x",
        "alerts buzes",
        "runs buzes",
        "track-record buzes --window 2013-01-01",
        "train buzes forest --window 2013-01-01",
        "predict buzes in.csv out.csv",
        "serve buzes --port 0",
        "parity buzes",
        "monitor buzes",
        "export buzes",
        "graph buzes",
        "run buzes",
        "check buzes",
        "worker buzes --once",
        "feasibility in.csv --target late --product buzes",
    ],
)
def test_every_command_that_takes_a_product_guesses_the_one_that_was_meant(
    say: Say, buses: str, command: str
) -> None:
    said = say(*command.split())
    assert said.code == 2
    assert "error [product.unknown] There is no product 'buzes'." in said.err
    assert "Did you mean 'buses'?" in said.err


def test_a_format_that_does_not_exist_is_refused(say: Say) -> None:
    said = say("runs", "--format", "xml")
    assert (said.code, "'text', 'json'" in said.err) == (2, True)


def test_a_hypothesis_and_parameters_are_looked_at_before_the_data_is_prepared(say: Say, buses: str) -> None:
    train = ["train", buses, "forest", "--window", "2013-01-01"]
    said = say(*train, "--hypothesis", "hypothesis:nope")
    assert (said.code, "[thread.unknown] No hypothesis is called" in said.err) == (2, True)
    said = say(*train, "--param", "foo=1")
    assert (said.code, "preparing" in said.err) == (2, False)
    assert "[training.unknown-parameter]" in said.err


def test_a_mistake_of_filrouge_itself_is_kept_in_a_file_to_report(
    say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(filrouge.bootstrap, "open_workspace", lambda: 1 / 0)
    said = say("runs")
    assert said.code == 3
    assert "error [filrouge.unexpected] filrouge runs:" in said.err
    assert "ZeroDivisionError: division by zero" in said.err
    (kept,) = tmp_path.glob("filrouge-*.log")
    assert str(kept) in said.err
    assert "Traceback" in kept.read_text()


def test_what_the_machine_refuses_is_coded(say: Say, sqlite_workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = say("init", str(tmp_path / "file" / "ws"))
    assert (said.code, "error [machine.refused]" in said.err) == (2, True)


def test_output_that_does_not_fit_is_a_full_disk(sqlite_workspace: Workspace) -> None:
    command = [sys.executable, "-m", "filrouge", "settings"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            command, cwd=sqlite_workspace.root, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert done.stderr.startswith("error [machine.disk-full]")


def test_a_reader_that_goes_away_is_no_fault(sqlite_workspace: Workspace) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "filrouge", "settings"]
    done = subprocess.run(
        command, cwd=sqlite_workspace.root, stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_closed_streams_do_not_matter(sqlite_workspace: Workspace) -> None:
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        command = f"exec {sys.executable} -m filrouge settings {closed}"
        done = subprocess.run(["sh", "-c", command], cwd=sqlite_workspace.root, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")


def test_ctrl_c_in_a_run_says_how_to_continue_and_exits_as_shells_expect(
    say: Say, buses: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("filrouge.streamline.pipelines.run_driver.wait", stopped)
    said = say("run", buses, "--window", "2013-03-01")
    assert said.code == 130
    assert "filrouge run … --resume" in said.err
    assert "cancelled" in say("runs", buses).out


def damage(workspace: Workspace) -> None:
    (workspace.root / ".filrouge" / "filrouge.db").write_bytes(b"no database at all" * 300)


@pytest.mark.parametrize("command", ["runs", "migrate", "init .", "check", "worker --once", "web --no-open"])
def test_a_damaged_database_is_named_by_every_command(
    say: Say, sqlite_workspace: Workspace, command: str
) -> None:
    damage(sqlite_workspace)
    said = say(*command.split())
    assert said.code == 2
    assert "error [storage.database]" in said.err
    assert "Restore a backup" in said.err


def test_the_doctor_examines_a_workspace_that_does_not_open(say: Say, sqlite_workspace: Workspace) -> None:
    damage(sqlite_workspace)
    said = say("doctor")
    assert said.code == 1
    assert "WRONG Database: The database file is damaged." in said.out
    assert "ok    Stored files" in said.out


def test_who_only_reads_does_not_wait_for_a_writer(
    say: Say, sqlite_workspace: Workspace, buses: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILROUGE_STORAGE_LOCK_TIMEOUT_S", "0.1")
    database = sqlite_workspace.root / ".filrouge" / "filrouge.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert say("models", "list", buses).code == 0
        assert say("doctor").code == 0
        said = say("models", "rollback", buses, "--why", "x")
    assert (said.code, "error [storage.locked]" in said.err) == (2, True)


def test_a_database_that_cannot_be_made_says_where(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILROUGE_STORAGE_DATABASE", "sqlite:////proc/nowhere/a.db")
    said = say("runs")
    assert (said.code, "/proc/nowhere" in said.err) == (2, True)


def test_scores_go_to_a_place_that_can_take_them(say: Say, buses: str, tmp_path: Path) -> None:
    rows = bus_rows(2)
    lines = [",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)]
    events = tmp_path / "events.csv"
    events.write_text("\n".join(lines) + "\n")
    said = say("predict", buses, str(events), str(events))
    assert "It is the input, which would be lost." in said.err
    said = say("predict", buses, str(events), "/proc/nowhere/scores.csv")
    assert (said.code, "error [machine.refused]" in said.err) == (2, True)
    (tmp_path / "folder.csv").mkdir()
    said = say("predict", buses, str(events), str(tmp_path / "folder.csv"))
    assert "It is a folder." in said.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "cannot be read"),
        (
            b"bus_id;line;leaves;stops\n1;A;2013-03-01T12:00:00Z;3\n",
            "lacks columns of the contract: bus_id, line, leaves, stops",
        ),
        (b"bus_id,line,leaves\n1,A,2013-03-01T12:00:00Z\n", "lacks columns of the contract: stops"),
        (b"bus_id,line,leaves,stops\n", "has no row to score"),
        ("bus_id,line,leaves,stops\n1,A,2013-03-01T12:00:00Z,3\n".encode("utf-16"), ""),
        (b"bus_id,line,leaves,stops\nB\xe91,A,2013-03-01T12:00:00Z,3\n", ""),
        (b'bus_id,line,leaves,stops\n"1,A,2013-03-01T12:00:00Z,3\n', ""),
        (b"bus_id,line,leaves,stops\n" + b"1,A,2013-03-01T12:00:00Z,3\n" * 3000 + b"1,A,then,few\n", ""),
    ],
)
def test_a_table_that_polars_cannot_read_is_a_fault_of_the_file(
    say: Say, buses: str, tmp_path: Path, content: bytes, told: str
) -> None:
    events, scores = tmp_path / "events.csv", tmp_path / "scores.csv"
    events.write_bytes(content)
    said = say("predict", buses, str(events), str(scores))
    assert said.code == 2
    assert "error [serving." in said.err
    assert told in said.err
    assert [
        path.name for path in tmp_path.iterdir() if "scores" in path.name and "refused" not in path.name
    ] == []


def test_a_template_is_written_whole_or_not_at_all(
    say: Say, sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: str, target: Path, **_: object) -> None:
        target.mkdir()
        (target / "half").write_text("")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("copier.run_copy", full)
        said = say("new", "Ferries")
    assert (said.code, "error [machine.disk-full]" in said.err) == (2, True)
    assert not [path for path in sqlite_workspace.root.iterdir() if "ferries" in path.name]
    assert say("new", "Ferries").code == 0


CODE = """
from datetime import UTC, datetime
import polars as pl
from filrouge import Contract, source

class Buses(Contract):
    bus_id: str
    leaves: datetime

@source("buses", contract=Buses, key="bus_id", time="leaves")
def buses():
    return pl.DataFrame({"bus_id": ["1"], "leaves": [datetime(2013, 1, 1, tzinfo=UTC)]})
"""


@pytest.mark.parametrize(
    ("was", "wrong", "told"),
    [
        ("contract=Buses", "contract=dict", "[contract.invalid] <class 'dict'> is no contract."),
        ("time=", 'role="evnt", time=', "[graph.source] buses: 'evnt' is not a word of @source."),
        ("time=", 'necessity="vital", time=', "[graph.source] buses: 'vital' is not a word of @source."),
        ("import polars as pl", "raise SystemExit(7)", "[code.import-failed]"),
        ("    return", "    raise SystemExit(7)\n    return", "[run.step-failed] buses: The step failed."),
    ],
)
def test_a_slip_in_the_products_code_is_a_coded_fault(
    say: Say, sqlite_workspace: Workspace, was: str, wrong: str, told: str
) -> None:
    folder = sqlite_workspace.root / "slips" / "pkg"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(CODE.replace(was, wrong))
    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id="slips", title="Slips", code="slips"))
    said = say("run", "slips")
    assert (said.code, told in said.err) == (2, True), said.err


GRAPH = """
from datetime import UTC, datetime
import polars as pl
from filrouge import Contract, features, labels, model, source, step

class Buses(Contract):
    bus_id: str
    leaves: datetime
    late: bool

@source("buses", contract=Buses, role="event", key="bus_id", time="leaves")
def buses():
    ids = ["1", "2", "3"]
    at = datetime(2013, 1, 1, tzinfo=UTC)
    return pl.DataFrame({"bus_id": ids, "leaves": at, "late": True}, schema_overrides={"late": pl.Boolean})

@step()
def clean(buses):
    return buses

@features(key="bus_id", time="leaves")
def rows(clean):
    return clean.select("bus_id", "leaves")

@labels("late", key="bus_id", known_at="leaves")
def outcome(buses):
    return buses.select("bus_id", "leaves", "late")

@model(target="late", naive=True)
def rate(features, labels):
    ...
"""
TWICE = "import narwhals as nw\n    return nw.concat([clean, clean.head(1)])"


@pytest.mark.parametrize(
    ("was", "wrong", "told"),
    [
        ("clean(buses)", "clean(rows)", "[graph.cycle] Steps wait for each other: clean → rows → clean."),
        ("clean(buses)", "clean(busses)", "[graph.unknown-input] clean(busses): 'busses' is no step"),
        ("return buses\n", "return buses.select('bus')\n", "[run.step-failed] clean: The step failed."),
        ('ids = ["1", "2", "3"]', "ids = []", "[contract.broken] buses: The contract is broken in 1 way."),
        ('ids = ["1", "2", "3"]', "ids = []", "Look whether there is data for this window"),
        ('ids = ["1", "2", "3"]', 'ids = ["1", "2", "2"]', "unique, in 2 rows (such as '2')"),
        ('"bus_id", "leaves")', '"bus_id")', "rows: The step does not give the column 'leaves'"),
        ('return clean.select("bus_id", "leaves")', TWICE, "[run.duplicate-keys] rows: "),
        (
            'return buses.select("bus_id", "leaves", "late")',
            "return pl.concat([buses, buses.head(1)])",
            "[run.duplicate-keys] outcome: The step gives the same bus_id more than once, in 2 rows.",
        ),
    ],
)
def test_a_graph_that_cannot_run_says_what_where_and_what_to_do(
    say: Say, sqlite_workspace: Workspace, was: str, wrong: str, told: str
) -> None:
    folder = sqlite_workspace.root / "graph" / "pkg"
    folder.mkdir(parents=True)
    assert was in GRAPH
    (folder / "__init__.py").write_text(GRAPH.replace(was, wrong))
    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id="graph", title="Graph", code="graph"))
    said = say("run", "graph")
    assert (said.code, told in said.err) == (2, True), said.err
    with sqlite_workspace.reading() as session:
        found = runs_of(session, "graph")
    assert [each.state for each in found] == ([] if "[graph." in told else ["failed"])
    for each in found:
        assert said.err.endswith(f"filrouge run graph --resume {each.id}\n")
        (folder / "__init__.py").write_text(GRAPH)
        assert say("run", "graph", "--resume", each.id).code == 0


def test_a_run_does_not_fit_a_model(say: Say, buses: str) -> None:
    said = say("run", buses, "--only", "forest", "--window", "2013-01-01")
    assert (said.code, "filrouge train … forest --window" in said.err) == (2, True), said.err


def test_an_export_leaves_links_modes_and_pipes_as_they_are(
    say: Say, sqlite_workspace: Workspace, tmp_path: Path
) -> None:
    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id="nyc", title="NYC"))
    kept = tmp_path / "kept.yaml"
    kept.write_text("old")
    kept.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to("kept.yaml")
    assert say("export", "nyc", "--output", str(link)).code == 0
    assert (link.is_symlink(), kept.stat().st_mode & 0o777) == (True, 0o640)
    assert "NYC" in kept.read_text()
    (tmp_path / "dangling.yaml").symlink_to("later.yaml")
    assert say("export", "nyc", "--output", str(tmp_path / "dangling.yaml")).code == 0
    assert (tmp_path / "later.yaml").read_text() == kept.read_text()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert say("export", "nyc", "--output", str(pipe)).code == 0
    assert os.read(end, 1 << 16).decode() == kept.read_text()
    os.close(end)
    assert pipe.is_fifo()
    assert say("export", "nyc", "--output", os.devnull).code == 0
    assert Path(os.devnull).is_char_device()
    names = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert names == {"kept.yaml", "link.yaml", "dangling.yaml", "later.yaml"}


def test_a_broken_constraint_is_reported_as_a_mistake_of_ours(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(*_: object, **__: object) -> None:
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)")
            database.execute("INSERT INTO one VALUES (1), (1)")

    monkeypatch.setattr("filrouge.bootstrap.open_workspace", twice)
    said = say("runs", "nyc")
    assert said.code == 3
    assert "[filrouge.unexpected]" in said.err
    assert "UNIQUE constraint failed" in said.err


def test_a_folder_of_a_new_product_is_taken_from_where_the_user_stands(
    say: Say, sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = sqlite_workspace.root / "deep"
    deep.mkdir()
    monkeypatch.chdir(deep)
    said = say("new", "buses", "--folder", ".")
    assert (said.code, str(deep) in said.out) == (0, True)
    assert (deep / "pyproject.toml").exists() or any(deep.iterdir())
    with sqlite_workspace.reading() as session:
        product = session.get(Product, "buses")
    assert product is not None
    assert product.code == "deep"
