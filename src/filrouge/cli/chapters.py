"""``filrouge --help``: the commands by what one wants to do."""

import re
from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter

__all__ = ["CHAPTERS", "Chapters"]

CHAPTERS = {
    "Begin": ("demo", "init", "new", "web", "up"),
    "Explore and organise": (
        *("list", "show", "add", "set", "archive", "history", "undo"),
        *("feasibility", "canvas"),
    ),
    "Follow the thread": ("thread", "check", "waivers", "dossier"),
    "Build": ("graph", "run", "runs", "train", "models"),
    "Run": ("serve", "predict", "parity", "worker", "monitor", "alerts", "track-record", "retire"),
    "Come in and go out": ("import", "export", "import-csv", "export-csv", "backup", "restore"),
    "Look after the workspace": ("accounts", "tokens", "audit", "settings", "doctor", "migrate"),
}
_SENTENCE = 1000


class Chapters(TyperGroup):
    """The root: its help has a section for each chapter, and no sentence is cut in the middle."""

    def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:  # noqa: ARG002
        """Write the sections."""
        longest = max(map(len, self.commands))
        room = formatter.width - longest - 6
        for title, names in CHAPTERS.items():
            rows = [
                (name.ljust(longest), _short(self.commands[name].get_short_help_str(_SENTENCE), room))
                for name in names
            ]
            with formatter.section(title):
                formatter.write_dl(rows)


def _short(sentence: str, room: int) -> str:
    """The sentence; where it is too long, what stands before its first colon or semicolon."""
    return (sentence if len(sentence) <= room else re.split("[:;]", sentence)[0]).rstrip(".")
