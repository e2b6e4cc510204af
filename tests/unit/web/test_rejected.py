"""What is wrong with a value, in both languages, with its limits."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from fastapi import UploadFile
from fastapi.testclient import TestClient
from pydantic import Field, TypeAdapter, ValidationError

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import use_language
from filrouge.web.api.schemas import BadBody, check_body
from filrouge.web.rejected import field_rejected


class Answer(StrEnum):
    YES = "yes"
    NO = "no"


def words(asked: Any, given: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(asked).validate_python(given)
    return field_rejected(caught.value.errors()[0])


@pytest.mark.parametrize(
    ("asked", "given", "english", "french"),
    [
        (Answer, "maybe", "none of the choices: yes, no.", "pas parmi les choix : yes, no."),
        (Literal["en", "fr"], "de", "none of the choices: en, fr.", "pas parmi les choix : en, fr."),
        (Annotated[str, Field(max_length=3)], "long", "too long: 3 ", "trop long : 3 caractères au plus."),
        (Annotated[str, Field(min_length=3)], "a", "too short: 3 ", "au moins 3 caractères."),
        (Annotated[str, Field(pattern="^a$")], "b", "expected: ^a$", "la forme attendue : ^a$"),
        (str, 3, "not a text", "pas un texte"),
        (int, "many", "not a whole number", "pas un nombre entier"),
        (int, "1.5", "not a whole number", "pas un nombre entier"),
        (int, "9" * 5000, "too long", "trop long"),
        (int, None, "not a whole number", "pas un nombre entier"),
        (float, "much", "not a number", "pas un nombre"),
        (Annotated[float, Field(allow_inf_nan=False)], "nan", "not a finite number", "nombre fini"),
        (bool, "perhaps", "neither yes nor no", "ni oui ni non"),
        (Annotated[int, Field(ge=1)], "0", "too low: 1 is the least", "trop bas : 1 au moins"),
        (Annotated[int, Field(le=1000)], "5000", "too high: 1000 is the most", "trop haut : 1000 au plus"),
        (Annotated[float, Field(gt=0)], "0", "above 0.", "plus de 0."),
        (Annotated[float, Field(lt=0.5)], "0.5", "below 0.5.", "moins de 0.5."),
        (datetime, "soon", "neither a day nor a moment", "ni un jour ni un moment"),
        (datetime, "2026-13-45", "Write it as 2026-12-31", "Écrivez 2026-12-31"),
        (datetime, None, "neither a day nor a moment", "ni un jour ni un moment"),
        (date, "soon", "not a day", "pas un jour"),
        (list[str], "one", "not a list", "pas une liste"),
        (dict[str, int], "one", "not an object", "pas un objet"),
        (UploadFile, "text", "cannot be taken: Expected UploadFile", "n’est pas acceptée"),
    ],
)
def test_a_field_is_refused_in_the_readers_language(asked: Any, given: Any, english: str, french: str):
    assert english in words(asked, given)
    with use_language("fr"):
        assert french in words(asked, given).replace("\xa0", " ").replace("\u202f", " ")


def test_kinds_without_a_type_of_their_own_have_words_and_others_keep_theirs():
    for kind, said in (("missing", "not there"), ("extra_forbidden", "nothing of this name")):
        assert said in field_rejected({"type": kind, "msg": "Field"})
    broken = {"type": "json_invalid", "msg": "JSON decode error", "ctx": {"error": "Expecting value"}}
    assert field_rejected(broken) == "This is not JSON: Expecting value."
    assert field_rejected({"type": "url_scheme", "msg": "Another scheme"}) == "Another scheme"


SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 5},
        "weight": {"type": ["number", "null"], "minimum": 0, "maximum": 5},
        "state": {"enum": ["open", "closed", None]},
        "sure": {"type": "boolean"},
        "list": {"type": "array"},
        "count": {"type": "integer"},
    },
    "required": ["title", "weight"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("body", "place", "english", "french"),
    [
        ({"title": "longer", "weight": 1}, "title", "too long: 5 ", "5 caractères au plus"),
        ({"title": "A", "weight": 1}, "title", "expected: ^[a-z]+$", "la forme attendue"),
        ({"title": "a", "weight": -1}, "weight", "too low: 0 is the least", "0 au moins"),
        ({"title": "a", "weight": 9}, "weight", "too high: 5 is the most", "5 au plus"),
        ({"title": "a", "weight": "9"}, "weight", "not a number", "pas un nombre"),
        ({"title": "a", "weight": 1, "state": "x"}, "state", "choices: open, closed.", "open, closed."),
        ({"title": "a", "weight": 1, "sure": 1}, "sure", "neither true nor false", "ni vrai ni faux"),
        ({"title": "a", "weight": 1, "list": {}}, "list", "not a list", "pas une liste"),
        ({"title": "a", "weight": 1, "count": 0.5}, "count", "whole number", "nombre entier"),
        ({"title": "a"}, "", "“weight” is needed", "« weight » est nécessaire"),
        ({"title": "a", "weight": 1, "x": 1, "y": 2}, "", "of this name here: x, y.", "ici : x, y."),
        ([], "", "not an object", "pas un objet"),
    ],
)
def test_a_body_is_refused_in_the_readers_language(body: Any, place: str, english: str, french: str):
    for language, said in (("en", english), ("fr", french)):
        with use_language(language), pytest.raises(BadBody) as caught:
            check_body(body, SCHEMA)
        assert said in caught.value.what.replace("\xa0", " ")
        assert caught.value.where == "/".join(filter(None, ("body", place)))


def test_each_name_that_lacks_is_told_once():
    with pytest.raises(FilrougeError) as caught:
        check_body({}, SCHEMA)
    assert [fault.what.split("”")[0] for fault in caught.value.faults] == ["“title", "“weight"]


def test_the_pages_and_the_api_speak_of_limits_in_french(browser: TestClient, departures: str):
    french = {"accept": "application/json", "accept-language": "fr"}
    listed = browser.get(f"/api/v1/products/{departures}/artefacts/ideas?limit=5000", headers=french)
    assert listed.json()["title"].replace("\xa0", " ") == "C’est trop haut : 1000 au plus."
    browser.cookies.set("filrouge_language", "fr")
    waiver = {"rule": "FND002.1", "until": "bientôt"}
    page = browser.post(f"/products/{departures}/waivers", data=waiver)
    assert page.status_code == 422
    assert "Ce n’est ni un jour ni un moment." in page.text.replace("&#39;", "’")
    other = browser.put(f"/products/{departures}")
    assert other.status_code == 405
    assert "Cette page n’accepte pas ce qui a été envoyé." in other.text
