from datetime import timedelta

import pytest

from filrouge.explore.uncertainties import (
    Uncertainty,
    lift,
    register_of,
    reopen,
    risk_board,
    waive_uncertainty,
)
from filrouge.kernel.clock import FixedClock
from filrouge.kernel.errors import Faults
from filrouge.storage.editing import BadField, create, edit
from filrouge.storage.workspace import Workspace
from filrouge.thread.check.waivers import BadWaiver


def made(session, product: str, statement: str, **fields: object) -> Uncertainty:
    return create(session, Uncertainty, product, statement=statement, type="data", **fields)


def test_the_register_is_riskiest_first_and_the_board_has_its_riskiest_cell_first(
    workspace: Workspace, product: str
):
    with workspace.transaction("ana") as session:
        made(session, product, "sure", criticality="critical", doubt="almost_sure")
        made(session, product, "minor guess", criticality="minor", doubt="guess")
        made(session, product, "worst", criticality="critical", doubt="guess")
        made(
            session,
            product,
            "known",
            criticality="critical",
            doubt="guess",
            state="lifted",
            how_lifted="seen",
        )
        register = register_of(session, product)
        assert [(one.statement, one.risk) for one in register] == [
            ("worst", 9),
            ("sure", 3),
            ("minor guess", 3),
            ("known", 9),
        ]
        board = risk_board(register[:3])
        assert [len(cell) for row in board for _doubt, cell in row.cells] == [1, 0, 1, 0, 0, 0, 1, 0, 0]
        assert board[0].cells[0][1][0].statement == "worst"


def test_lifting_asks_for_evidence_and_waiving_for_a_reason_and_an_end(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        one = made(session, product, "The desk acts")
        with pytest.raises(BadField):
            lift(session, one, "  ")
        with pytest.raises(BadField):
            waive_uncertainty(session, one, "We know them", clock.now())
        with pytest.raises(BadField):
            waive_uncertainty(session, one, "", clock.now() + timedelta(days=9))
        with pytest.raises(BadWaiver, match="180 days at most"):
            waive_uncertainty(session, one, "We know them", clock.now() + timedelta(days=900))
        with pytest.raises(Faults) as caught:
            edit(session, one, state="waived")
        assert len(caught.value.faults) == 3
        assert one.is_open(clock.now())
        lift(session, one, "Two shifts acted on it")
        assert (one.state, one.settled_by, one.settled_at) == ("lifted", "ana", clock.now())


def test_a_waiver_ends_and_what_was_lifted_is_opened_again_with_its_reason(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        one = made(session, product, "The desk acts")
        waive_uncertainty(session, one, "The pilot is small", clock.now() + timedelta(days=9))
        assert not one.is_open(clock.now())
        clock.at += timedelta(days=9)
        assert one.is_open(clock.now())
        assert register_of(session, product) == [one]
        lift(session, one, "Seen")
        with pytest.raises(BadField):
            reopen(session, one, "")
        reopen(session, one, "Another desk does not")
        assert (one.state, one.how_lifted, one.reopened) == ("open", "", "Another desk does not")
