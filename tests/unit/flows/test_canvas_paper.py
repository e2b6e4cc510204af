"""A canvas on paper."""

import struct

import pytest
from tests.pdf import pages, words

from filrouge.bootstrap import typesetter
from filrouge.explore.canvas import Canvas, CanvasNote, freeze, sign
from filrouge.explore.canvas.content import Content, NoteContent, SourceContent
from filrouge.explore.canvas.versions import UnknownVersion
from filrouge.explore.ideas import Idea
from filrouge.flows.canvas_paper import (
    CanvasPaper,
    NoCanvas,
    as_markdown,
    canvas_named,
    canvas_paper,
    typeset_canvas,
)
from filrouge.kernel.i18n import use_language
from filrouge.storage.editing import UnknownArtefact, create
from filrouge.storage.workspace import Workspace

pytest.importorskip("typst")
BOXES = ("problem", "kpi", "value_proposition", "integration_of_results", "frequency", "users")


def paper(text: str, title: str = "Warn the desk") -> CanvasPaper:
    notes = tuple(NoteContent(box, box, text) for box in BOXES)
    sources = (SourceContent("s", "weather", necessity="important", fallback="the mean"),)
    content = Content(title, {"frequency": "daily", "constraints": text}, notes, sources)
    return CanvasPaper(content, "Canvas V2", "NYC departures", "nyc-canvas-v2")


def shape(png: bytes) -> tuple[int, int]:
    return struct.unpack(">II", png[16:24])


def test_a_canvas_is_one_landscape_page_of_the_size_that_was_asked():
    pdf = typeset_canvas(typesetter(), paper("The desk learns too late."))
    assert pages(pdf) == 1
    assert shape(typeset_canvas(typesetter(), paper("Late"), format="png")) == (1684, 1191)
    width, height = shape(typeset_canvas(typesetter(), paper("Late"), format="png", size="a3"))
    assert (width > 2300, 1.40 < width / height < 1.42) == (True, True)


def test_longer_texts_are_set_smaller_and_stay_on_the_page():
    text = "The desk learns that a flight is lost when it is too late to move a crew. " * 6
    assert pages(typeset_canvas(typesetter(), paper(text))) == 1


def test_what_fits_no_page_flows_over_several_and_nothing_is_lost():
    text = "A sentence about the gates of terminal four. " * 1100 + "Ω"
    pdf = typeset_canvas(typesetter(), paper(text))
    assert pages(pdf) > 5
    assert "Ω" in words(pdf)


def test_a_long_text_is_one_long_picture():
    width, height = shape(typeset_canvas(typesetter(), paper("A sentence. " * 900), format="png"))
    assert height > width


def test_french_has_its_accents():
    with use_language("fr"):
        pdf = typeset_canvas(
            typesetter(), paper("Prévoir à temps : « l'œuvre » coûte 61 %", "Départs à risque")
        )
    assert set("éàœû«»") <= set(words(pdf))


@pytest.mark.parametrize(
    "text", ['#read("/etc/passwd")', "*b* _i_ $x$ ]#panic()", "<script>alert(1)</script>"]
)
def test_a_note_is_printed_as_it_is_written_and_never_run(text: str):
    pdf = typeset_canvas(typesetter(), paper(text))
    assert set(text.replace(" ", "")) <= set(words(pdf))
    assert pages(pdf) == 1


@pytest.mark.parametrize("text", ["👩‍🔬 🏳️‍🌈", "שלום עולם", "w" * 400])
def test_emoji_right_to_left_and_endless_words_do_not_break_the_page(text: str):
    assert pages(typeset_canvas(typesetter(), paper(text))) == 1


def test_emoji_are_drawn():
    assert "\N{MICROSCOPE}" in words(typeset_canvas(typesetter(), paper("Look \N{MICROSCOPE}")))


def test_markdown_says_the_same_box_by_box_and_escapes_its_own_signs():
    text = as_markdown(paper("1. *all* <b>of</b>\n# it"))
    assert text.startswith("# Warn the desk\n\nCanvas V2\n")
    assert r"- 1\. \*all\* \<b\>of\</b\>" in text or r"- \1. \*all\* \<b\>of\</b\>" in text
    assert "- weather, important, without it: the mean" in text
    assert "## Users: possible extensions\n\n*empty*" in text


def test_a_version_is_handed_over_with_its_signature(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        with pytest.raises(NoCanvas):
            canvas_named(session, product)
        idea = create(session, Idea, product, title="Warn")
        canvas = create(session, Canvas, product, idea_id=idea.id, title="Warn")
        assert canvas_named(session, product).id == canvas.id
        with pytest.raises(UnknownArtefact):
            canvas_named(session, product, "other")
        freeze(session, canvas)
        sign(session, canvas, "ana")
        assert canvas_paper(session, canvas, 1).about == "Canvas · V1 · signed by ana, 1 Mar 2013"
        assert canvas_paper(session, canvas, 1).name == "nyc-departures-canvas-v1"
        assert canvas_paper(session, canvas).about == "Canvas · V1 · signed by ana, 1 Mar 2013"
        create(session, CanvasNote, product, canvas_id=canvas.id, box="users", text="The desk")
        changed = "Canvas · V1 · signed by ana, 1 Mar 2013 · changed since: Users"
        assert canvas_paper(session, canvas).about == changed
        assert changed in as_markdown(canvas_paper(session, canvas)).replace("\\", "")
        with pytest.raises(UnknownVersion):
            canvas_paper(session, canvas, 2)
