"""The inbox of alerts: what happened, what was done, what to do next (STR-17, STR-18, ORG-14)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from filrouge.flows.alert_to_story import story_from
from filrouge.kernel.i18n import N_, _
from filrouge.organize.backlog import Story
from filrouge.storage.editing import find
from filrouge.streamline.monitoring.inbox import alert_of, reopen
from filrouge.streamline.monitoring.watch import acknowledge as look_after
from filrouge.thread.ref import Ref
from filrouge.web.overview import head_of
from filrouge.web.places import place_of
from filrouge.web.streamline.inbox import Group, inbox
from filrouge.web.visit import Editing, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/alerts")

SHOWN = {"needs": N_("Need somebody"), "all": N_("All")}


@dataclass(frozen=True)
class AlertsPage:
    """The groups that are shown, and what was just done.

    Args:
        show: which filter holds.
        needing: how many alerts need somebody; ``total`` is all there ever were.
        acknowledged: ids that were just acknowledged, to take back; ``returned`` were just taken back.
        made: the story that an alert just became.
    """

    groups: tuple[Group, ...]
    show: str
    filters: dict[str, str]
    needing: int
    total: int
    acknowledged: tuple[str, ...]
    returned: tuple[str, ...]
    made: Story | None
    made_at: str
    monitors: int


@router.get("")
def alerts(
    visit: Visiting,
    product_id: str,
    show: str = "needs",
    alert: str = "",
    done: str = "",
    undone: str = "",
    made: str = "",
) -> Response:
    """The inbox; ``alert`` is shown whatever its state."""
    show = _shown(show)
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        if alert:
            alert_of(session, product_id, alert)
        found = inbox(session, product_id, everything=show == "all", pinned=alert)
        story = find(session, Story, made, product_id=product_id) if made else None
        page = AlertsPage(
            found.groups,
            show,
            SHOWN,
            head.alerts,
            found.total,
            tuple(_split(done)),
            tuple(_split(undone)),
            story,
            place_of(Ref("story", story.id), product_id) if story else "",
            found.monitors,
        )
        return visit.render("streamline/alerts.html", page, title=_("Alerts"), product=head)


@router.post("/acknowledge")
def acknowledge(
    visit: Editing, product_id: str, ids: Annotated[str, Form()], show: Annotated[str, Form()] = "needs"
) -> Response:
    """Say that one looks after some alerts."""
    with visit.workspace.transaction(visit.session.name) as session:
        for one in _split(ids):
            look_after(session, alert_of(session, product_id, one))
    return visit.see(f"/products/{product_id}/alerts?show={_shown(show)}&done={ids}")


@router.post("/reopen")
def take_back(
    visit: Editing, product_id: str, ids: Annotated[str, Form()], show: Annotated[str, Form()] = "needs"
) -> Response:
    """Take acknowledgements back."""
    with visit.workspace.transaction(visit.session.name) as session:
        reopen(session, [alert_of(session, product_id, one) for one in _split(ids)])
    return visit.see(f"/products/{product_id}/alerts?show={_shown(show)}&undone={ids}")


@router.post("/{alert_id}/story")
def make_story(
    visit: Editing, product_id: str, alert_id: str, show: Annotated[str, Form()] = "needs"
) -> Response:
    """Make an alert a candidate story, or find the one that it is."""
    with visit.workspace.transaction(visit.session.name) as session:
        story = story_from(session, alert_of(session, product_id, alert_id).id)
    return visit.see(f"/products/{product_id}/alerts?show={_shown(show)}&made={story.id}")


def _split(ids: str) -> list[str]:
    return [one.strip() for one in ids.split(",") if one.strip()]


def _shown(show: str) -> str:
    return show if show in SHOWN else "needs"
