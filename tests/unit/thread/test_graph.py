from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from tests.conftest import NOON

from filrouge.bootstrap import nodes
from filrouge.explore.objectives import Objective
from filrouge.kernel.clock import FixedClock, SystemClock
from filrouge.storage.editing import create
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace
from filrouge.thread.graph import branches, walk
from filrouge.thread.kinds import KINDS, Station
from filrouge.thread.links import Link, link
from filrouge.thread.nodes import UnknownReference
from filrouge.thread.ref import Ref

OBJECTIVE, IDEA, CANVAS = Ref("objective", "o1"), Ref("idea", "i1"), Ref("canvas", "c1")


def tie(session: Session, product: str, *chain: Ref) -> None:
    for source, target in pairwise(chain):
        link(session, product, source, "led_to", target)


def test_the_kinds_run_from_the_objective_to_the_indicator():
    assert KINDS["objective"].rank == 0
    assert KINDS["indicator"].rank == len(KINDS) - 1
    assert {kind.station for kind in KINDS.values()} >= set(Station)


def test_down_meets_what_came_of_it_and_up_the_reasons(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        tie(session, product, OBJECTIVE, IDEA, CANVAS)
    with workspace.reading() as session:
        assert walk(session, OBJECTIVE, "down").refs == [OBJECTIVE, IDEA, CANVAS]
        assert walk(session, CANVAS, "up").refs == [CANVAS, IDEA, OBJECTIVE]


def test_a_circle_ends_and_is_opened_once(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        tie(session, product, OBJECTIVE, IDEA, CANVAS, OBJECTIVE)
    with workspace.reading() as session:
        tree = list(branches(session, nodes(), walk(session, OBJECTIVE, "down")))
    assert [(branch.depth, branch.ref, branch.again) for branch in tree] == [
        (0, OBJECTIVE, False),
        (1, IDEA, False),
        (2, CANVAS, False),
        (3, OBJECTIVE, True),
    ]


def test_depth_and_size_cut_the_walk_and_say_so(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        tie(session, product, OBJECTIVE, IDEA, CANVAS)
    with workspace.reading() as session:
        near = walk(session, OBJECTIVE, "down", depth=1)
        small = walk(session, OBJECTIVE, "down", limit=2)
        whole = walk(session, OBJECTIVE, "down", depth=2)
    assert (near.refs, near.cut) == ([OBJECTIVE, IDEA], True)
    assert (small.refs, small.cut) == ([OBJECTIVE, IDEA], True)
    assert whole.cut is False


def test_a_hundred_thousand_links_take_a_few_queries(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id="big", title="Big"))
        session.flush()
        now = SystemClock().now()
        session.execute(
            sa.insert(Link),
            [
                {
                    "product_id": "big",
                    "source_kind": "objective" if n < 1000 else "hypothesis",
                    "source_id": "top" if n < 1000 else str(n % 1000),
                    "relation": "led_to",
                    "target_kind": "hypothesis" if n < 1000 else "run",
                    "target_id": str(n),
                    "made_by": "ana",
                    "at": now,
                    "recorded_at": now,
                }
                for n in range(100_000)
            ],
        )
    asked: list[str] = []
    with sqlite_workspace.reading() as session:
        sa.event.listen(sqlite_workspace.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        met = walk(session, Ref("objective", "top"), "down", limit=3_000)
        assert len(met.refs) == 3_000
        assert walk(session, Ref("run", "99999"), "up").refs[-1] == Ref("objective", "top")
    assert len(asked) < 12


def test_a_thing_is_found_by_reference_id_and_title(workspace: Workspace, product: str):
    with workspace.reading() as session:
        for text in ("product:nyc-departures", "nyc-departures", "NYC departures"):
            assert nodes().find(session, text).ref == Ref("product", "nyc-departures")


@pytest.mark.parametrize("text", ["product:nyc-departure", "NYC depart", "nyc-departuers"])
def test_an_unknown_reference_proposes_the_close_ones(workspace: Workspace, product: str, text: str):
    with workspace.reading() as session, pytest.raises(UnknownReference) as caught:
        nodes().find(session, text)
    assert "product:nyc-departures" in caught.value.action


def test_what_is_not_found_leads_to_what_there_is(workspace: Workspace, product: str, clock: FixedClock):
    with workspace.transaction("ana") as session:
        with pytest.raises(UnknownReference, match="first objective"):
            nodes().find(session, "zzz")
        first = create(session, Objective, product, statement="Fewer missed connections")
        clock.at = NOON + timedelta(days=1)
        create(session, Objective, product, statement="Calmer gates")
    with workspace.reading() as session:
        with pytest.raises(UnknownReference) as caught:
            nodes().find(session, "zzz", kind="hypothesis")
        assert caught.value.action.endswith(f"filrouge thread objective:{first.id}")
        with pytest.raises(UnknownReference, match="Fewer missed connections"):
            nodes().find(session, "the connections that people lose each day in New York")
