"""The thread of a product: walk up to the reasons, down to what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge import bootstrap
from filrouge.kernel.i18n import _
from filrouge.streamline.pipelines.runs import Run
from filrouge.thread.graph import Branch, branches, edges_of, walk
from filrouge.thread.kinds import KINDS, kind_of
from filrouge.thread.nodes import Node, Nodes
from filrouge.thread.relations import RELATIONS
from filrouge.web.overview import Line, head_of, thread_line
from filrouge.web.places import place_of
from filrouge.web.render import day, last_day
from filrouge.web.streamline.run_words import TRIGGERS
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")


@dataclass(frozen=True)
class Strand:
    """A line of the walk."""

    branch: Branch
    kind: str
    title: str
    place: str
    walk: str


@dataclass(frozen=True)
class Tie:
    """What the start can be tied to by one relation.

    Attributes:
        fixed: the end that is the start; ``free`` is the name of the other end.
    """

    relation: str
    meaning: str
    kind: str
    fixed: str
    free: str
    others: tuple[Node, ...]


@dataclass(frozen=True)
class ThreadPage:
    """The context of the page."""

    line: Line
    start: Node | None
    start_kind: str
    up: tuple[Strand, ...]
    down: tuple[Strand, ...]
    ties: tuple[Tie, ...]


@router.get("/thread")
def thread(visit: Visiting, product_id: str, ref: str = "") -> Response:
    """The walk from ``ref``; from the first objective when nothing is named."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        nodes = bootstrap.nodes()
        roots = tuple(nodes.of_kind(session, product_id, "objective"))
        start = nodes.find(session, ref, product_id=product_id) if ref else next(iter(roots), None)
        page = ThreadPage(
            line=thread_line(session, product_id),
            start=start,
            start_kind=_(kind_of(start.ref).label) if start else "",
            up=_strands(session, nodes, start, product_id, up=True),
            down=_strands(session, nodes, start, product_id, up=False),
            ties=_ties(session, nodes, start, product_id),
        )
        return visit.render("thread.html", page, title=_("Thread"), product=head)


def _strands(
    session: Session, nodes: Nodes, start: Node | None, product_id: str, *, up: bool
) -> tuple[Strand, ...]:
    if start is None:
        return ()
    walked = walk(session, start.ref, "up" if up else "down", limit=400)
    met = [one for one in branches(session, nodes, walked) if one.depth and one.ref.kind in KINDS]
    runs = _runs(session, [one.ref.id for one in met if one.ref.kind == "run"])
    return tuple(
        Strand(
            branch,
            _(kind_of(branch.ref).label),
            runs.get(branch.ref.id, branch.node.title if branch.node else ""),
            place_of(branch.ref, product_id),
            str(branch.ref),
        )
        for branch in met
    )


def _runs(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """What people call a run: what started it, and the period of its data."""
    found = {}
    for run in session.scalars(select(Run).where(Run.id.in_(ids))):
        period = f", {day(run.window_start)} – {last_day(run.window_end)}" if run.window_start else ""
        found[run.id] = f"{_(TRIGGERS.get(run.trigger, run.trigger))}{period}"
    return found


def _ties(session: Session, nodes: Nodes, start: Node | None, product_id: str) -> tuple[Tie, ...]:
    """The relations of the start, with what they may lead to and do not yet."""
    if start is None:
        return ()
    tied = {
        (edge.relation, edge.target if edge.source == start.ref else edge.source)
        for edge in edges_of(session, product_id)
        if start.ref in (edge.source, edge.target)
    }
    found = []
    for row in RELATIONS:
        for fixed, here, free, there in (
            ("source", row.source, "target", row.target),
            ("target", row.target, "source", row.source),
        ):
            if here != start.ref.kind:
                continue
            others = tuple(
                node
                for node in nodes.of_kind(session, product_id, there)
                if node.ref != start.ref and (row.name, node.ref) not in tied
            )
            if others:
                found.append(Tie(row.name, row.meaning, kind_of(others[0].ref).label, fixed, free, others))
    return tuple(found)
