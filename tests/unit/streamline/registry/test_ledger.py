from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from filrouge.kernel.clock import FixedClock
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.ledger import (
    LedgerEntry,
    LedgerFault,
    degrade,
    ledger,
    promote,
    restore,
    rollback,
    serving_now,
)
from filrouge.streamline.registry.version import (
    ModelVersion,
    UnknownVersion,
    register,
    version_named,
    versions,
)
from filrouge.thread.links import links_from, links_to
from filrouge.thread.ref import Ref

DAY = datetime(2013, 1, 1, tzinfo=UTC)


def version_of(product: str, model: str = "boosting", hypothesis: str | None = None) -> ModelVersion:
    return ModelVersion(
        product_id=product,
        model=model,
        run_id="run1",
        digest="d" * 64,
        target="late",
        dataset="f" * 64,
        data_from=DAY,
        data_to=DAY + timedelta(days=59),
        rows=50_000,
        hypothesis=hypothesis,
    )


def serve(workspace: Workspace, product: str, version: str, slot: str = "champion") -> None:
    with workspace.transaction("ana") as session:
        promote(session, product, slot, version, who="ana", why="better")


@pytest.fixture
def trained(workspace: Workspace, product: str) -> str:
    with workspace.transaction("ana") as session:
        register(session, version_of(product, "naive"))
        for _ in range(3):
            register(session, version_of(product))
    return product


def champion(workspace: Workspace, product: str) -> str:
    with workspace.reading() as session:
        entry = serving_now(session, product)["champion"]
        return f"{entry.version_id.partition('/')[2]} {entry.mode}"


def test_versions_are_numbered_per_model_and_tied_to_run_data_and_hypothesis(
    workspace: Workspace, trained: str
):
    with workspace.transaction("ana") as session:
        made = register(session, version_of(trained, hypothesis="hypothesis:h1"))
        assert made.id == f"{trained}/boosting/4"
        assert [v.number for v in versions(session, trained, "boosting")] == [1, 2, 3, 4]
        assert {(str(k.source), k.relation) for k in links_to(session, made.ref)} == {
            ("run:run1", "trained"),
            ("dataset:" + "f" * 64, "taught"),
        }
        (tested,) = links_from(session, Ref("hypothesis", "h1"))
        assert (tested.relation, str(tested.target)) == ("tested_by", "run:run1")


def test_the_ledger_keeps_who_served_what_when_and_why(workspace: Workspace, trained: str, clock: FixedClock):
    serve(workspace, trained, f"{trained}/naive/1")
    clock.at += timedelta(days=1)
    with workspace.transaction("bob") as session:
        promote(
            session,
            trained,
            "champion",
            f"{trained}/boosting/1",
            who="gate",
            why="won",
            evidence={"auc": 0.7},
        )
    with workspace.reading() as session:
        first, second = ledger(session, trained)
        assert first.to_at == second.from_at == clock.at
        assert (second.who, second.why, second.evidence, second.replaced) == (
            "gate",
            "won",
            {"auc": 0.7},
            f"{trained}/naive/1",
        )
        (deployed,) = links_to(session, second.ref)
        assert str(deployed.source) == f"model_version:{trained}/boosting/1"


def test_rollback_goes_back_and_further_back_but_never_to_what_was_rolled_back(
    workspace: Workspace, trained: str
):
    for version in ("naive/1", "boosting/1", "boosting/2"):
        serve(workspace, trained, f"{trained}/{version}")
    seen = []
    for _ in range(2):
        with workspace.transaction() as session:
            rollback(session, trained, why="it got worse", who="monitor")
        seen.append(champion(workspace, trained))
    assert seen == ["boosting/1 normal", "naive/1 normal"]
    with pytest.raises(LedgerFault, match="No champion served before"), workspace.transaction() as session:
        rollback(session, trained, why="again", who="monitor")


def test_degraded_mode_is_declared_and_left(workspace: Workspace, trained: str):
    serve(workspace, trained, f"{trained}/boosting/1")
    with pytest.raises(LedgerFault, match="no naive model"), workspace.transaction() as session:
        degrade(session, trained, why="errors", who="server")
    serve(workspace, trained, f"{trained}/naive/1", "naive")
    with workspace.transaction() as session:
        degrade(session, trained, why="errors", who="server")
    assert champion(workspace, trained) == "naive/1 degraded"
    with workspace.transaction() as session:
        restore(session, trained, why="mended", who="ana")
    assert champion(workspace, trained) == "boosting/1 normal"


def test_a_challenger_that_is_promoted_leaves_its_slot(workspace: Workspace, trained: str):
    serve(workspace, trained, f"{trained}/boosting/1")
    serve(workspace, trained, f"{trained}/boosting/2", "challenger")
    serve(workspace, trained, f"{trained}/boosting/2")
    with workspace.reading() as session:
        assert set(serving_now(session, trained)) == {"champion"}


def test_promoting_what_serves_adds_nothing(workspace: Workspace, trained: str):
    for _ in range(2):
        serve(workspace, trained, f"{trained}/boosting/1")
    with workspace.reading() as session:
        assert len(ledger(session, trained)) == 1


def test_wrong_names_are_refused_with_the_next_action(workspace: Workspace, trained: str):
    with workspace.transaction() as session:
        with pytest.raises(UnknownVersion, match="Did you mean"):
            version_named(session, f"{trained}/bosting/1")
        with pytest.raises(LedgerFault, match="'champion'"):
            promote(session, trained, "champoin", f"{trained}/boosting/1", who="ana", why="")
        with pytest.raises(LedgerFault, match="belongs to"):
            promote(session, "other", "champion", f"{trained}/boosting/1", who="ana", why="")
        with pytest.raises(LedgerFault, match="Nothing serves"):
            rollback(session, trained, why="", who="ana")


def test_the_database_itself_refuses_two_open_entries_in_a_slot(workspace: Workspace, trained: str):
    def entry(identifier: str) -> LedgerEntry:
        return LedgerEntry(
            id=identifier,
            product_id=trained,
            slot="champion",
            version_id=f"{trained}/boosting/1",
            change="promote",
            from_at=DAY,
            who="",
            why="",
            recorded_at=DAY,
        )

    with workspace.transaction() as session:
        session.add(entry("a"))
        session.flush()
        session.add(entry("b"))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
