"""``filrouge canvas export`` from the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from filrouge.bootstrap import init_workspace
from filrouge.flows.examples import import_example


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        import_example(session)
    workspace.close()
    return tmp_path


def filrouge(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "filrouge", *arguments], cwd=cwd, capture_output=True)


def test_a_canvas_is_written_in_each_format(folder: Path):
    pytest.importorskip("typst")
    for format, start in (("pdf", b"%PDF"), ("png", b"\x89PNG")):
        target = folder / f"canvas.{format}"
        done = filrouge(
            "canvas", "export", "nyc-departures", "--format", format, "-o", str(target), cwd=folder
        )
        assert (done.returncode, done.stdout) == (0, b""), done.stderr
        assert target.read_bytes().startswith(start)
    done = filrouge("canvas", "export", "nyc-departures", "--format", "md", "--language", "fr", cwd=folder)
    text = done.stdout.decode()
    assert text.startswith("# Departures at risk\n\nCanvas · signé par duty manager, 1 févr. 2013\n")
    assert "## Sources de données" in text


def test_what_cannot_be_written_says_why(folder: Path):
    for arguments, code in (
        (("nothing",), b"product.unknown"),
        (("nyc-departures", "--canvas", "nyc-canva"), b"artefact.unknown"),
        (("nyc-departures", "--version", "3"), b"canvas.unknown-version"),
    ):
        done = filrouge("canvas", "export", *arguments, "--format", "md", cwd=folder)
        assert done.returncode == 2
        assert code in done.stderr
        assert b"Traceback" not in done.stderr


def test_without_the_extra_the_error_names_the_command(folder: Path):
    hide = "import importlib.util as u; f = u.find_spec; "
    hide += "u.find_spec = lambda n, *a: None if n == 'typst' else f(n, *a)"
    code = f"{hide}; import sys; sys.argv = ['filrouge', 'canvas', 'export', 'nyc-departures']; "
    code += "from filrouge.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'filrouge[pdf]'" in done.stderr
