from pathlib import Path

import pytest
from typer.testing import CliRunner

from filrouge.bootstrap import init_workspace
from filrouge.cli.app import app
from filrouge.flows.examples import import_example


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        import_example(session)
    workspace.close()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_dossier_is_written_to_a_file_in_either_language(here: Path):
    done = CliRunner().invoke(app, ["dossier", "nyc-departures", "-o", "d.md", "--language", "fr"])
    assert done.exit_code == 0
    assert (here / "d.md").read_text().startswith("# NYC departures\n\nDossier de pilotage")


def test_the_dossier_as_pdf(here: Path):
    pytest.importorskip("typst")
    done = CliRunner().invoke(app, ["dossier", "nyc-departures", "--format", "pdf", "-o", "d.pdf"])
    assert done.exit_code == 0
    assert (here / "d.pdf").read_bytes().startswith(b"%PDF")


def test_the_name_of_the_file_says_the_format(here: Path):
    pytest.importorskip("typst")
    for command in (["dossier"], ["canvas", "export"]):
        for name, start in (("d.pdf", b"%PDF"), ("d.md", b"#")):
            done = CliRunner().invoke(app, [*command, "nyc-departures", "-o", name])
            assert done.exit_code == 0, done.output
            assert (here / name).read_bytes().startswith(start), (command, name)


def test_an_unknown_product_is_said(here: Path):
    done = CliRunner().invoke(app, ["dossier", "nyc-departure"])
    assert done.exit_code != 0
    assert "There is no product" in str(done.exception)
