"""Every marked text of the check and of the thread has its French."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import filrouge

PACKAGE = Path(filrouge.__file__).parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def french() -> set[str]:
    known: set[str] = set()
    for part in (PACKAGE / "locale" / "fr").glob("*.po"):
        with part.open("rb") as file:
            for message in read_po(file, locale="fr"):
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and all(texts):
                    known.add(message.id if isinstance(message.id, str) else message.id[0])
    return known


@pytest.mark.parametrize(
    "part",
    [
        "thread/**/*.py",
        "flows/rules*.py",
        "flows/stations.py",
        "explore/rules.py",
        "organize/rules.py",
        "explore/canvas/rules.py",
        "streamline/rules.py",
    ],
)
def test_every_marked_text_has_its_french(part: str):
    marked = set()
    for source in PACKAGE.glob(part):
        for _line, message, _comments, _context in extract_from_file("python", source, keywords=KEYWORDS):
            marked.add(message if isinstance(message, str) else message[0])
    assert marked - french() == set()
