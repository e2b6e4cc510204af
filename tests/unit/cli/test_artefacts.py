"""Artefacts from the command line: what is written, and what is refused."""

import getpass
import json
import subprocess
import sys
from pathlib import Path

import pytest

from filrouge.flows.examples import import_example
from filrouge.storage.workspace import Workspace

P = "nyc-departures"


@pytest.fixture
def root(sqlite_workspace: Workspace) -> Path:
    (sqlite_workspace.root / "filrouge.toml").touch()
    with sqlite_workspace.transaction("demo") as session:
        import_example(session)
    sqlite_workspace.close()
    return sqlite_workspace.root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "filrouge", *arguments], cwd=root, capture_output=True, text=True, timeout=60
    )


def read(root: Path, *arguments: str):
    done = run(root, *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_artefact_is_added_changed_taken_back_and_put_away(root: Path):
    made = read(root, "add", P, "idea", "title=Call the crews = first", "state=kept", "--actor", "zoé")
    ref = made["ref"]
    assert (made["fields"]["title"], made["fields"]["state"]) == ("Call the crews = first", "kept")
    assert read(root, "set", ref, "author=Bob", "votes=3")["fields"]["votes"] == 3
    assert read(root, "set", "Call the crews = first", "author=")["fields"]["author"] == ""
    history = read(root, "history", ref)
    assert [(one["action"], one["actor"]) for one in history][-1] == ("create", "zoé")
    assert history[0]["before"] == {"author": "Bob"}
    assert read(root, "undo", ref)["fields"]["author"] == "Bob"
    assert read(root, "history", ref)[1]["undone"]
    assert read(root, "archive", ref)["archived"]
    assert ref not in run(root, "list", P, "idea").stdout
    assert ref in run(root, "list", P, "ideas", "--archived").stdout
    assert not read(root, "archive", ref, "--back")["archived"]


def test_the_history_names_who_sits_at_the_machine_as_the_pages_do(
    root: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("USER", raising=False)
    made = read(root, "add", P, "idea", "title=Call the crews first")
    assert read(root, "history", made["ref"])[0]["actor"] == getpass.getuser()


def test_kinds_fields_and_words_are_shown(root: Path):
    shown = run(root, "list", P).stdout
    assert "pain_point" in shown
    assert "type  (time_consuming | under_performing | frustrating)" in shown
    assert "intensity  (1 to 5)" in shown
    idea = run(root, "show", "idea:nyc-idea-gates").stdout
    assert "state: kept   (proposed | kept | dropped | combined)" in idea


def test_mistakes_come_back_together_with_what_was_meant(root: Path):
    done = run(root, "set", "idea:nyc-idea-gates", "authr=Zoé", "state=keept", "votes=many")
    assert done.returncode == 2
    for words in ("Did you mean 'author'?", "Did you mean 'kept'?", "'many' is not a number"):
        assert words in done.stderr
    assert read(root, "show", "idea:nyc-idea-gates")["fields"]["state"] == "kept"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("list", P, "ideea"), "artefact.unknown-kind"),
        (("list", "nyc-departure", "idea"), "product.unknown"),
        (("show", "idea:nyc-idea-gate"), "artefact.unknown"),
        (("show", "nothing at all"), "thread.unknown"),
        (("set", "idea:nyc-idea-gates", "author"), "artefact.bad-field"),
        (("set", "idea:nyc-idea-gates", "author=a", "author=b"), "artefact.bad-field"),
        (("add", P, "pain_point", "statement=x"), "artefact.bad-field"),
        (("history", "model_version:none"), "thread."),
    ],
)
def test_what_does_not_exist_is_a_coded_fault(root: Path, arguments: tuple[str, ...], code: str):
    done = run(root, *arguments)
    assert (done.returncode, code in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
