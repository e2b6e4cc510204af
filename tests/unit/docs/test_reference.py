"""The reference pages say what the code says."""

import pytest
import reference


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference.pages()


def test_errors_settings_and_rules_are_documented_as_they_are(pages: dict[str, str]):
    stale = [
        name
        for name, text in pages.items()
        if not (reference.FOLDER / name).exists() or (reference.FOLDER / name).read_text() != text
    ]
    assert stale == [], "run: make reference"


def test_no_page_outlives_its_rule(pages: dict[str, str]):
    there = {f"rules/{page.name}" for page in (reference.FOLDER / "rules").glob("*.md")}
    assert there <= set(pages)


def test_a_code_names_one_error():
    twice = {code: kinds for code, kinds in reference.errors_by_code().items() if len(kinds) > 1}
    assert twice == {}
