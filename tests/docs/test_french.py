"""Every marked text of the package has its French."""

import io
import re
import string
from collections import defaultdict
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


def catalogues() -> list[tuple[str, str, tuple[str, ...]]]:
    """Catalogue, message and its French, one line for each plural."""
    found = []
    for part in sorted((PACKAGE / "locale" / "fr").glob("*.po")):
        with part.open("rb") as file:
            for message in read_po(file, locale="fr", abort_invalid=True):
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and not message.fuzzy:
                    one = message.id if isinstance(message.id, str) else message.id[0]
                    found.append((part.name, one, tuple(strings)))
    return found


def french() -> set[str]:
    return {message for _part, message, strings in catalogues() if all(strings)}


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


def test_a_text_stands_in_one_catalogue_so_that_it_has_one_french():
    places = defaultdict(list)
    for part, message, _strings in catalogues():
        places[message].append(part)
    twice = {message: parts for message, parts in places.items() if len(parts) > 1}
    assert not twice, "\n".join(f'{", ".join(parts)}: "{message}"' for message, parts in twice.items())


def test_apostrophes_are_typographic_and_plurals_are_spelt_out():
    straight = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_]|[«{%])|\w\((?:e|s|es|x)\)")
    wrong = [
        f"{part}: {text}"
        for part, _message, strings in catalogues()
        for text in strings
        if straight.search(text)
    ]
    assert not wrong, "\n".join(wrong)
