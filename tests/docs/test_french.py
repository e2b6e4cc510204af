"""Every marked text of the package has its French."""

import io
import re
import string
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[2] / "src" / "filrouge"
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}


def marked() -> dict[str, str]:
    """Message and where it stands."""
    found: dict[str, str] = {}
    for path in sorted([*PACKAGE.rglob("*.py"), *(PACKAGE / "web" / "templates").rglob("*.html")]):
        if "templates" in path.parts and path.suffix == ".py":
            continue
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = (
            {"trimmed": "true", "extensions": "jinja2.ext.do", "silent": "false"}
            if path.suffix == ".html"
            else {}
        )
        for line, message, _comments, _context in extract(
            method, io.BytesIO(path.read_bytes()), KEYWORDS, options=options
        ):
            one = message if isinstance(message, str) else message[0]
            if one:
                found.setdefault(one, f"{path.relative_to(PACKAGE)}:{line}")
    return found


def french() -> set[str]:
    done: set[str] = set()
    for part in sorted((PACKAGE / "locale" / "fr").glob("*.po")):
        with part.open("rb") as file:
            for message in read_po(file, locale="fr", abort_invalid=True):
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and all(strings) and not message.fuzzy:
                    done.add(message.id if isinstance(message.id, str) else message.id[0])
    return done


def test_every_text_has_its_french():
    done = french()
    missing = {text: where for text, where in marked().items() if text not in done}
    assert not missing, "\n".join(f'{where}: "{text}"' for text, where in missing.items())


def places(text: str) -> set[str]:
    """What a text has filled in: ``{name}`` and ``%(name)s``."""
    try:
        named = {field.partition("!")[0] for _, field, _, _ in string.Formatter().parse(text) if field}
    except ValueError:  # braces that are no places: such a text is not formatted
        named = set()
    return named | set(re.findall(r"%\((\w+)\)", text))


def test_the_french_fills_in_nothing_that_the_english_does_not():
    wrong = []
    for part in sorted((PACKAGE / "locale" / "fr").glob("*.po")):
        with part.open("rb") as file:
            for message in read_po(file, locale="fr", abort_invalid=True):
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                known = set().union(*map(places, ids))
                wrong += [f"{part.name}: {text}" for text in strings if places(text) - known]
    assert not wrong, "\n".join(wrong)
