"""The help of the root."""

from collections import Counter

from typer.main import get_command
from typer.testing import CliRunner

from filrouge.cli.app import app
from filrouge.cli.chapters import CHAPTERS


def test_each_command_stands_in_one_chapter():
    named = Counter(name for names in CHAPTERS.values() for name in names)
    assert named == dict.fromkeys(get_command(app).commands, 1)


def test_no_sentence_is_cut_in_the_middle():
    shown = CliRunner().invoke(app, ["--help"]).stdout
    assert "Come in and go out:" in shown
    assert "..." not in shown.partition("Begin:")[2]
