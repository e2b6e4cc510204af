from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from tests.conftest import NOON
from tests.fakes.alerts import alert_of, monitor_of, values_of

from filrouge.flows.alert_to_story import (
    NotACandidate,
    accept,
    dismiss,
    raise_stories,
    stories_of,
    story_from,
)
from filrouge.kernel.clock import FixedClock
from filrouge.measures.measure import Measure
from filrouge.organize.backlog import Story
from filrouge.organize.story_map import Epic, Version, story_map
from filrouge.storage.editing import UnknownArtefact, archive, create, edit, find, listed
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.inbox import needing, reopen
from filrouge.streamline.monitoring.tables import Definition, add_monitor
from filrouge.streamline.monitoring.watch import UnknownAlert, acknowledge, alert_named
from filrouge.streamline.registry.ledger import promote
from filrouge.streamline.registry.version import ModelVersion, register
from filrouge.thread.links import links_from, links_to
from filrouge.thread.ref import Ref

DAY = timedelta(days=1)
REFUSED = "roc_auc 0.7 is below what is asked, 0.8 (champion 0.8)"


def champion(session: Session, product: str) -> str:
    version = ModelVersion(
        product_id=product,
        model="boosting",
        run_id="r",
        digest="d" * 64,
        target="late",
        dataset="f" * 64,
        data_from=NOON,
        data_to=NOON,
        rows=9,
        metrics={},
        slices={},
        contract={},
        features=[],
        params={},
    )
    made = register(session, version).id
    promote(session, product, "champion", made, who="ana", why="the first")
    return made


def texts(story: Story) -> str:
    return " | ".join(piece["text"] for piece in story.evidence)


def test_an_alert_becomes_a_candidate_with_what_was_seen(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        served = champion(session, product)
        clock.at = NOON + DAY
        alert = alert_of(session, product, monitor_of(session, product))
        story = story_from(session, alert)
        assert (story.origin, story.state, story.epic_id) == ("monitoring", "candidate", None)
        assert story.title == "Bring “pressure” back: it goes missing"
        assert story.statement.startswith("As a user, I want advice that does not rest on missing data")
        told = texts(story)
        for part in (
            "58\u202f% of the rows",
            "at most 30\u202f%",
            "979 rows",
            "wind 35\u202f%",
            "boosting v1",
        ):
            assert part in told
        assert {piece["ref"] for piece in story.evidence} == {f"alert:{alert}", f"model_version:{served}"}
        assert [end.source for end in links_to(session, Ref("story", story.id))] == [Ref("alert", alert)]
        assert [end.source.kind for end in links_to(session, Ref("alert", alert))] == ["deployment"]
        assert alert_named(session, alert).acknowledged_by == "ana"


def test_twice_gives_the_same_story(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        alert = alert_of(session, product, monitor_of(session, product))
        first = story_from(session, alert)
        before = list(first.evidence)
        assert story_from(session, alert).id == first.id
        assert (first.evidence, len(listed(session, Story, product))) == (before, 1)
        assert len(links_from(session, Ref("alert", alert))) == 1


def test_a_later_alert_of_the_monitor_joins_the_open_story(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        monitor, other = (monitor_of(session, product) for _ in range(2))
        first = story_from(session, alert_of(session, product, monitor))
        pieces = len(first.evidence)
        assert story_from(session, alert_of(session, product, monitor)).id == first.id
        assert len(first.evidence) == pieces + 1
        assert story_from(session, alert_of(session, product, other)).id != first.id


def test_a_story_that_was_archived_or_dismissed_comes_back_when_asked_for(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        alert = alert_of(session, product, monitor_of(session, product))
        story = story_from(session, alert)
        archive(session, story)
        assert story_from(session, alert) is story
        assert story.archived_at is None
        dismiss(session, product, story.id)
        assert story_map(session, product).unplaced == ()
        assert story_from(session, alert) is story
        assert story_map(session, product).unplaced == (story,)


def test_an_alert_of_an_archived_monitor_still_tells_its_story(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        monitor = add_monitor(session, product, "Old", Definition(kind="latency", threshold=250))
        alert = alert_of(session, product, monitor.id, evidence={"value": 340.0, "threshold": 250.0})
        archive(session, monitor)
        assert story_from(session, alert).title == "Answer within 250 ms again"


def test_an_unknown_alert_and_an_unknown_epic_are_refused(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        with pytest.raises(UnknownAlert):
            story_from(session, "nothing")
        story = story_from(session, alert_of(session, product, monitor_of(session, product)))
        with pytest.raises(UnknownArtefact):
            accept(session, product, story.id, "nothing")
        with pytest.raises(UnknownArtefact):
            accept(session, "another", story.id, "nothing")
        assert (story.state, story.epic_id) == ("candidate", None)


def test_an_accepted_story_stands_in_its_epic_and_its_alerts_have_somebody(
    workspace: Workspace, product: str
):
    with workspace.transaction("ana") as session:
        alert = alert_of(session, product, monitor_of(session, product))
    raise_stories(workspace, product)
    with workspace.transaction("ben") as session:
        assert needing(session, product) == 1
        version = create(session, Version, product, title="V2")
        epic = create(session, Epic, product, title="Weather", version_id=version.id, column="ingestion")
        story = accept(session, product, stories_of(session, [alert])[alert].id, epic.id)
        assert (story.state, story.epic_id) == ("ready", epic.id)
        assert (needing(session, product), alert_named(session, alert).acknowledged_by) == (0, "ben")


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("ready", "accepted"),
        ("in_progress", "in progress"),
        ("done", "done"),
        ("dismissed", "dismissed"),
    ],
)
def test_only_a_candidate_is_accepted_or_dismissed(workspace: Workspace, product: str, state: str, told: str):
    with workspace.transaction("ana") as session:
        version = create(session, Version, product, title="V2")
        epic, other = (
            create(session, Epic, product, title=title, version_id=version.id, column="ingestion")
            for title in ("Weather", "Delays")
        )
        story = story_from(session, alert_of(session, product, monitor_of(session, product)))
        accept(session, product, story.id, epic.id)
        revision = story.revision
        assert accept(session, product, story.id, epic.id).revision == revision
        edit(session, story, state=state)
        for decide in (
            lambda: accept(session, product, story.id, other.id),
            lambda: dismiss(session, product, story.id),
        ):
            with pytest.raises(NotACandidate, match=told) as caught:
                decide()
            assert (caught.value.status, bool(caught.value.action)) == (409, True)
        assert (story.state, story.epic_id) == (state, epic.id)


def test_the_worker_raises_one_story_for_each_monitor_and_keeps_quiet_after_a_dismissal(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("watch") as session:
        monitor = monitor_of(session, product)
        alert_of(session, product, monitor, state="closed", closed_at=NOON)
        alert_of(session, product, monitor)
    (story,) = raise_stories(workspace, product)
    assert raise_stories(workspace, product) == []
    with workspace.transaction("ana") as session:
        assert texts(find(session, Story, story.id)).count("58\u202f% of the rows") == 2
        assert needing(session, product) == 1  # the worker looks after nothing
        dismiss(session, product, story.id)
    clock.at = NOON + 2 * DAY
    with workspace.transaction("watch") as session:
        soon = alert_of(session, product, monitor)
    assert raise_stories(workspace, product) == []
    clock.at = NOON + 40 * DAY
    with workspace.transaction("watch") as session:
        late = alert_of(session, product, monitor)
    (another,) = raise_stories(workspace, product)
    with workspace.reading() as session:
        found = stories_of(session, [soon, late])
    assert (set(found), another.id != story.id) == ({late}, True)


@pytest.mark.parametrize(
    ("attempts", "raised"),
    [
        ([], 0),
        ([{"version": "p/m/2", "deployment": "e"}], 0),
        ([{"version": "p/m/2", "gate": {"reasons": [REFUSED]}}], 1),
        ([{"failed": "No rows."}], 1),
        ([{"version": "p/m/2", "deployment": "e"}, {"version": "p/m/3", "deployment": "f"}], 1),
    ],
    ids=["not tried", "promoted", "refused", "failed", "promoted, and again"],
)  # fmt: skip
def test_the_worker_raises_what_retraining_did_not_mend(
    workspace: Workspace, product: str, attempts: list[dict[str, Any]], raised: int
):
    tried = [{"at": NOON.isoformat(), **attempt} for attempt in attempts]
    with workspace.transaction("watch") as session:
        monitor = monitor_of(session, product, kind="performance", threshold=0.65, worse="below")
        evidence = {"value": 0.608, "threshold": 0.65, "attempts": tried}
        alert = alert_of(session, product, monitor, action="retrain", evidence=evidence)
        for name, value in (("", 0.608), ("origin=LGA", 0.51), ("origin=JFK", 0.7)):
            values_of(session, product, monitor, [value], slice=name, bad=value < 0.65)
    assert len(raise_stories(workspace, product)) == raised
    with workspace.transaction("ana") as session:
        told = texts(story_from(session, alert))
    assert "ROC AUC fell to 0.608 (ROC AUC: 0.608, at least 0.65; 979 rows in a day)." in told
    assert "Worst slices: origin LGA 0.510" in told
    assert "JFK" not in told
    if "gate" in str(attempts):
        assert "the gate refused it: ROC AUC 0.7000, where 0.8000 is asked (champion 0.8000)" in told


@pytest.mark.parametrize(("hours", "span"), [(168, "in a week"), (24, "in a day"), (6, "in 6 hours")])
def test_the_evidence_of_an_indicator_says_its_title_and_value_once(
    workspace: Workspace, product: str, hours: int, span: str
):
    measure = Measure(value="late", unit="share")
    definition = Definition(kind="indicator", threshold=0.5, worse="below", measure=measure, window_h=hours)
    with workspace.transaction("ana") as session:
        monitor = add_monitor(session, product, "Gates kept", definition).id
        evidence = {"value": 0.22, "threshold": 0.5, "columns": {}}
        told = texts(story_from(session, alert_of(session, product, monitor, evidence=evidence)))
    assert f"“Gates kept” fell to 22\u202f% (expected: at least 50\u202f%; 979 rows {span})." in told
    assert (told.count("Gates kept"), told.count("22\u202f%")) == (1, 1)


def test_an_acknowledgement_is_taken_back(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        watched = alert_named(session, alert_of(session, product, monitor_of(session, product)))
        told = alert_named(session, alert_of(session, product, "", action="rollback"))
        for alert in (watched, told):
            acknowledge(session, alert)
        assert (watched.state, told.state) == ("acknowledged", "closed")
        reopen(session, [watched, told])
        assert (watched.state, told.state, told.closed_at, watched.acknowledged_by) == (
            "open",
            "open",
            None,
            "",
        )
        acknowledge(session, watched)
        watched.state, watched.closed_at = "closed", NOON
        reopen(session, [watched])
        assert (watched.state, watched.acknowledged_at) == ("closed", None)
