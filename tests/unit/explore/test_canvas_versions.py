"""Versions of a canvas: frozen, compared, signed and brought back."""

import time

import pytest
from sqlalchemy.orm import Session

from filrouge.explore.canvas import (
    Box,
    Canvas,
    CanvasNote,
    Capacity,
    DataSource,
    compare,
    content_at,
    content_of,
    digest_of,
    freeze,
    go_back,
    sign,
    signature_of,
    version_numbered,
    versions_of,
)
from filrouge.explore.canvas.diff import How, word_by_word
from filrouge.explore.canvas.versions import UnchangedCanvas, UnknownVersion
from filrouge.explore.ideas import Idea
from filrouge.flows.product_yaml import export_product
from filrouge.organize.indicators import Indicator
from filrouge.storage.editing import BadField, archive, create, edit, find, listed
from filrouge.storage.history import EditConflict, changes_of
from filrouge.storage.workspace import Workspace
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect, disconnect


@pytest.fixture
def canvas(workspace: Workspace, product: str) -> str:
    """A canvas with two notes, a source and a KPI."""
    with workspace.transaction("ana") as session:
        idea = create(session, Idea, product, title="Warn")
        made = create(session, Canvas, product, idea_id=idea.id, title="Warn", frequency="daily")
        for box, text in (("problem", "Late crews"), ("problem", "Lost gates"), ("users", "Duty manager")):
            create(session, CanvasNote, product, canvas_id=made.id, box=box, text=text)
        own = Ref("canvas", made.id)
        source = create(session, DataSource, product, name="weather", necessity="important", fallback="mean")
        connect(session, product, own, "needs", Ref("data_source", source.id))
        kpi = create(session, Indicator, product, title="Warned in time")
        connect(session, product, own, "measured_by", Ref("indicator", kpi.id))
        return made.id


def note(session: Session, canvas: str, text: str) -> CanvasNote:
    return next(
        one for one in listed(session, CanvasNote, "nyc-departures", canvas_id=canvas) if one.text == text
    )


def change_much(session: Session, canvas: Canvas) -> None:
    """Something of each kind that a canvas can have changed."""
    product = str(canvas.product_id)
    edit(session, canvas, title="Warn the desk", frequency="hourly", constraints="No network")
    edit(session, note(session, canvas.id, "Late crews"), text="Late crews and gates")
    edit(session, note(session, canvas.id, "Duty manager"), box=Box.PROBLEM, position=9)
    archive(session, note(session, canvas.id, "Lost gates"))
    create(session, CanvasNote, product, canvas_id=canvas.id, box="users", text="Gate planner")
    (source,) = listed(session, DataSource, product)
    edit(session, source, necessity="necessary", personal_data=False)
    own = Ref("canvas", canvas.id)
    more = create(session, DataSource, product, name="radar")
    connect(session, product, own, "needs", Ref("data_source", more.id))
    (kpi,) = listed(session, Indicator, product)
    disconnect(session, own, "measured_by", Ref("indicator", kpi.id))


def test_a_version_keeps_what_was_read_and_is_not_frozen_twice(workspace: Workspace, canvas: str):
    with workspace.transaction("ana") as session:
        found = find(session, Canvas, canvas)
        first = freeze(session, found, "For the board", "They meet on Monday")
        assert (first.number, first.name, first.who) == (1, "For the board", "ana")
        with pytest.raises(UnchangedCanvas):
            freeze(session, found)
        change_much(session, found)
        with pytest.raises(BadField, match="201 characters; 200 are kept"):
            freeze(session, found, "n" * 201)
        assert freeze(session, found).number == 2
    with workspace.reading() as session:
        found = find(session, Canvas, canvas)
        kept = content_at(version_numbered(session, found, 1))
        assert [one.text for one in kept.notes] == ["Late crews", "Lost gates", "Duty manager"]
        assert [one.number for one in versions_of(session, found)] == [2, 1]
        with pytest.raises(UnknownVersion) as caught:
            version_numbered(session, found, 3)
        assert "1, 2" in caught.value.action


def test_a_comparison_names_every_change_in_its_box(workspace: Workspace, canvas: str):
    with workspace.transaction("ana") as session:
        found = find(session, Canvas, canvas)
        before = content_of(session, found)
        change_much(session, found)
        changes = {one.box: one.changes for one in compare(before, content_of(session, found))}
    assert list(changes) == [
        None,
        Box.PROBLEM,
        Box.DATA_SOURCES,
        Box.KPI,
        Box.FREQUENCY,
        Box.OPERATING_ENVIRONMENT,
        Box.USERS,
    ]
    assert [one.how for one in changes[Box.PROBLEM]] == [How.MOVED, How.CHANGED, How.REMOVED]
    assert changes[Box.PROBLEM][0].origin == Box.USERS
    assert [(one.how, one.what, one.field) for one in changes[Box.DATA_SOURCES]] == [
        (How.ADDED, "", ""),
        (How.CHANGED, "weather", "necessity"),
        (How.ADDED, "weather", "personal_data"),
    ]
    assert [one.how for one in changes[Box.KPI]] == [How.REMOVED]
    assert [one.how for one in changes[Box.USERS]] == [How.ADDED]
    assert compare(before, before) == ()


def test_an_old_version_comes_back_as_a_new_state_by_ordinary_edits(workspace: Workspace, canvas: str):
    with workspace.transaction("ana") as session:
        found = find(session, Canvas, canvas)
        first = freeze(session, found)
        change_much(session, found)
    with workspace.transaction("bob") as session:
        found = find(session, Canvas, canvas)
        assert go_back(session, found, version_numbered(session, found, 1)) == ()
        assert digest_of(content_of(session, found)) == first.digest
        assert compare(content_at(first), content_of(session, found)) == ()
        assert changes_of(session, canvas)[0].actor == "bob"
        assert len(listed(session, DataSource, "nyc-departures")) == 2


def test_an_archived_indicator_is_named_when_it_cannot_come_back(workspace: Workspace, canvas: str):
    with workspace.transaction("ana") as session:
        found = find(session, Canvas, canvas)
        first = freeze(session, found)
        archive(session, listed(session, Indicator, "nyc-departures")[0])
        assert go_back(session, found, first) == ("Warned in time",)


def test_a_signature_signs_a_version_and_says_what_changed_since(workspace: Workspace, canvas: str):
    with workspace.transaction("duty manager") as session:
        found = find(session, Canvas, canvas)
        assert signature_of(session, found) is None
        sign(session, found, "duty manager", capacity=Capacity.SPONSOR, note="For a first version")
        signed = signature_of(session, found)
        assert (signed.version, signed.record.capacity, signed.changed) == (1, Capacity.SPONSOR, ())
        assert (found.signed_by, found.signed_at) == ("duty manager", signed.at)
        change_much(session, found)
        assert len(signature_of(session, found).changed) == 7
        sign(session, found, "duty manager")
        assert (signature_of(session, found).version, signature_of(session, found).changed) == (2, ())
        sign(session, found, "ana")
        assert [one.number for one in versions_of(session, found)] == [2, 1]
        with pytest.raises(EditConflict):
            sign(session, found, "bob", revision=1)


def test_a_signature_from_a_file_stands_without_a_version(workspace: Workspace, canvas: str):
    with workspace.transaction("ana") as session:
        found = find(session, Canvas, canvas)
        edit(session, found, signed_by="sponsor", signed_at="2013-02-01T09:00:00+00:00")
        signed = signature_of(session, found)
        assert (signed.signed_by, signed.version, signed.changed) == ("sponsor", None, ())


def test_versions_are_not_in_the_product_file(workspace: Workspace, canvas: str, product: str):
    with workspace.transaction("ana") as session:
        freeze(session, find(session, Canvas, canvas), "For the board")
        assert "For the board" not in export_product(session, product)


def test_long_texts_are_compared_in_good_time():
    old = "".join(f"Sentence {number} says something else.\n" for number in range(1500))
    new = old.replace("Sentence 700 says", "Sentence 700 never said")
    started = time.perf_counter()
    pieces = word_by_word(old, new)
    assert time.perf_counter() - started < 5
    assert "".join(piece.text for piece in pieces if piece.mark != "removed") == new
    assert "".join(piece.text for piece in pieces if piece.mark != "added") == old
    assert [piece.mark for piece in word_by_word("planner", "planner at six")] == ["same", "added"]
    assert [piece.mark for piece in word_by_word("a b", "a\nb")] == ["removed", "added"]
    assert word_by_word("x" * 50_000, "x" * 49_999 + "é")[0].text.startswith("x")
