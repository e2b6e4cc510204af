"""Writing in the boxes of a canvas."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from filrouge.explore.canvas import (
    Box,
    Canvas,
    CanvasNote,
    box_revision,
    box_text,
    place_note,
    write_box,
)
from filrouge.explore.ideas import Idea
from filrouge.storage.editing import create, find, listed
from filrouge.storage.history import EditConflict, changes_of
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace


def draw(session: Session, product: str, *texts: str) -> Canvas:
    idea = create(session, Idea, product, title="Warn")
    canvas = create(session, Canvas, product, idea_id=idea.id, title="Warn")
    for text in texts:
        create(session, CanvasNote, product, canvas_id=canvas.id, box="problem", text=text)
    return canvas


def notes(session: Session, canvas: Canvas, box: str = "problem") -> list[CanvasNote]:
    return listed(session, CanvasNote, str(canvas.product_id), canvas_id=canvas.id, box=box)


def texts(session: Session, canvas: Canvas, box: str = "problem") -> list[str]:
    return [note.text for note in notes(session, canvas, box)]


def test_a_note_takes_another_place_in_its_box_and_in_another(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        canvas = draw(session, product, "a", "b", "c")
        create(session, CanvasNote, product, canvas_id=canvas.id, box="users", text="u")
        place_note(session, notes(session, canvas)[2], Box.PROBLEM, 0)
        assert texts(session, canvas) == ["c", "a", "b"]
        place_note(session, notes(session, canvas)[1], Box.USERS, 0)
        assert (texts(session, canvas), texts(session, canvas, "users")) == (["c", "b"], ["a", "u"])
        place_note(session, notes(session, canvas)[0], Box.USERS, 99)
        assert texts(session, canvas, "users") == ["a", "u", "c"]
        with pytest.raises(EditConflict):
            place_note(session, notes(session, canvas)[0], Box.USERS, 0, revision=99)


def test_a_box_written_as_one_text_keeps_the_notes_that_stay(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        canvas = draw(session, product, "first", "second", "third")
        first, second, third = notes(session, canvas)
        assert box_text(notes(session, canvas)) == "first\n\nsecond\n\nthird"
        write_box(session, canvas, Box.PROBLEM, "first\n\nsecond, changed\non two lines\n\nnew\n\nthird\n")
        now = notes(session, canvas)
        assert [note.text for note in now] == ["first", "second, changed\non two lines", "new", "third"]
        assert [now[0].id, now[1].id, now[3].id] == [first.id, second.id, third.id]
        write_box(session, canvas, Box.PROBLEM, "third")
        assert [note.id for note in notes(session, canvas)] == [third.id]
        assert changes_of(session, first.id)[0].action == "archive"


def test_writing_the_same_text_changes_nothing(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        canvas = draw(session, product, "with\n\nan empty line", "b")
        before = box_revision(notes(session, canvas))
        write_box(session, canvas, Box.PROBLEM, box_text(notes(session, canvas)) + "\n")
        assert box_revision(notes(session, canvas)) == before


def test_a_box_that_somebody_changed_meanwhile_is_not_overwritten(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        canvas = draw(session, product, "a")
        read = box_revision(notes(session, canvas))
        write_box(session, canvas, Box.PROBLEM, "a\n\nb", revision=read)
        with pytest.raises(EditConflict):
            write_box(session, canvas, Box.PROBLEM, "mine", revision=read)
        assert texts(session, canvas) == ["a", "b"]


def test_long_emoji_and_right_to_left_texts_come_back_as_they_were(workspace: Workspace, product: str):
    long = "Sentence after sentence. " * 2000 + "end"
    with workspace.transaction("ana") as session:
        identifier = draw(session, product).id
        canvas = find(session, Canvas, identifier)
        write_box(session, canvas, Box.PROBLEM, f"{long}\n\n👩‍🔬🏳️‍🌈 שלום עולם\n\n<script>alert(1)</script>")
    with workspace.reading() as session:
        canvas = find(session, Canvas, identifier)
        assert texts(session, canvas) == [long, "👩‍🔬🏳️‍🌈 שלום עולם", "<script>alert(1)</script>"]


words = st.text(alphabet="ab \n", max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.lists(words.filter(str.strip), max_size=4), text=words)
def test_no_word_is_lost_whatever_is_written(sqlite_workspace: Workspace, held: list[str], text: str):
    with sqlite_workspace.transaction("ana") as session:
        product = create_product(session, "Any")
        canvas = draw(session, product.id, *held)
        write_box(session, canvas, Box.PROBLEM, text)
        assert "".join(box_text(notes(session, canvas)).split()) == "".join(text.split())
