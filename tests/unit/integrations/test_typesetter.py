"""What typesetting gives, and what it never does with a text."""

from datetime import UTC, datetime
from importlib.util import find_spec

import pytest
from tests.pdf import words

from filrouge.bootstrap import typesetter
from filrouge.kernel.errors import MissingExtra

pytest.importorskip("typst")
from filrouge.integrations.typst.typesetter import TypesettingFailed

SHOWN = '#let data = json(bytes(sys.inputs.data))\n#set text(font: ("Inter",))\n#data.text'
AT = datetime(2013, 3, 1, 12, tzinfo=UTC)


def test_a_pdf_is_one_file_and_pictures_are_one_for_each_page():
    made = typesetter()
    (pdf,) = made.typeset(SHOWN, {"text": "Été"})
    assert pdf.startswith(b"%PDF-")
    pictures = made.typeset(f"{SHOWN}\n#pagebreak()\nmore", {"text": "Été"}, format="png", ppi=72)
    assert [picture[:4] for picture in pictures] == [b"\x89PNG"] * 2
    (drawing,) = made.typeset(SHOWN, {"text": "Été"}, format="svg")
    assert b"<svg" in drawing


def test_the_same_data_and_time_give_the_same_bytes():
    made = typesetter()
    assert made.typeset(SHOWN, {"text": "a"}, at=AT) == made.typeset(SHOWN, {"text": "a"}, at=AT)


@pytest.mark.parametrize("text", ['#read("/etc/passwd")', "]#panic()[", "$x$ *b* _i_ `c` \\ #data"])
def test_what_people_wrote_is_printed_and_never_run(text: str):
    (pdf,) = typesetter().typeset(SHOWN, {"text": text})
    assert set(text.replace(" ", "")) <= set(words(pdf))


def test_accents_and_signs_of_french_are_there():
    text = "Prévoir à temps « l'œuvre » – où ? 61 % ç Î"
    (pdf,) = typesetter().typeset(SHOWN, {"text": text})
    assert set(text.replace(" ", "")) <= set(words(pdf))


def test_a_source_reads_no_file_and_its_mistake_is_a_coded_error():
    for source in ('#read("/etc/passwd")', '#read("../../etc/passwd")', "#nothing"):
        with pytest.raises(TypesettingFailed) as caught:
            typesetter().typeset(source, {})
        assert "root:" not in str(caught.value)


def test_without_the_package_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "typst" else find_spec(name))
    with pytest.raises(MissingExtra) as caught:
        typesetter()
    assert "pip install 'filrouge[pdf]'" in caught.value.action
