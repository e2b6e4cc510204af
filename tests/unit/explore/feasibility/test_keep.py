"""A study is kept as evidence, tied to the sources that it was measured on."""

from tests.unit.explore.feasibility.conftest import Measure
from tests.unit.explore.feasibility.tables import bookings

from filrouge.explore.canvas import Canvas, DataSource
from filrouge.explore.feasibility import Verdict, keep, latest_study, other_sources
from filrouge.explore.feasibility.words import Said
from filrouge.explore.ideas import Idea
from filrouge.storage.editing import create, edit
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import links_to
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect


def test_a_study_comes_back_as_it_was_and_hangs_on_the_thread(
    workspace: Workspace, product: str, measure: Measure
):
    made = measure(bookings(), time="day")
    with workspace.transaction("ana") as session:
        idea = create(session, Idea, product, title="Warn")
        canvas = create(session, Canvas, product, idea_id=idea.id, title="Late")
        for name in ("Table0", "weather"):
            source = create(session, DataSource, product, name=name, necessity="necessary")
            connect(session, product, Ref("canvas", canvas.id), "needs", Ref("data_source", source.id))
        kept = keep(session, product, made)
        edit(session, kept, tools="yes", tools_note="Ana asked the desk.")
        tied = {link.source_kind for link in links_to(session, Ref(kept.kind, kept.id))}
        assert tied == {"data_source", "canvas"}
        assert other_sources(session, product, ["/data/table0.csv.gz"]) == ("weather",)
        assert other_sources(session, product, ["/data/unknown.csv"]) == ()
    with workspace.transaction("bob") as session:
        again = keep(session, product, made)
        assert (again.tools, again.tools_note) == (Verdict.YES, "Ana asked the desk.")
    with workspace.reading() as session:
        latest = latest_study(session, product)
        assert latest is not None
        assert latest.study.as_dict() == made.as_dict()
        assert str(latest.study.said) == str(made.said)
        assert [one.value for one in latest.unanswered] == ["frequency"]


def test_instants_are_told_in_the_language_of_who_reads_and_earlier_words_stay():
    words = Said("from {start} to {end}", {"start": "2013-03-01T09:05:00", "end": "4 Apr 2013"})
    assert str(words) == "from 1 Mar 2013, 09:05 to 4 Apr 2013"
