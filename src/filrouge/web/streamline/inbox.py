"""The inbox as it is shown: alerts by monitor, those that need somebody first, each with its next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.flows.alert_to_story import stories_of
from filrouge.kernel.i18n import N_, _
from filrouge.organize.backlog import Story, StoryState
from filrouge.streamline.monitoring.findings import Finding, findings_of
from filrouge.streamline.monitoring.tables import Alert, Monitor
from filrouge.streamline.monitoring.watch import alerts
from filrouge.thread.ref import Ref
from filrouge.web.places import place_of
from filrouge.web.streamline.sparkline import Sparkline, sparkline_of

__all__ = ["Group", "Inbox", "Item", "inbox", "pressing"]

_LINES = 60


@dataclass(frozen=True)
class Item:
    """An alert, its story, and what to do next.

    Args:
        path: permalink.
        story_path: where the story is seen; ``story_word`` says how far it is.
        next: ``open`` the story, ``make`` one, take one up ``again``, see the ``model`` that the loop put in
            service, or ``compare`` the one that was rolled back with the one that serves again.
        model_path: where the one, or the two, are seen.
    """

    finding: Finding
    path: str
    story: Story | None
    story_path: str
    story_word: str
    next: str
    model_path: str

    @property
    def alert(self) -> Alert:
        """The alert itself."""
        return self.finding.alert


@dataclass(frozen=True)
class Group:
    """The alerts of one monitor: ``shown`` in full, ``lines`` one line each, the newest first.

    Args:
        needing: ids of those that need somebody.
        earlier: how many are not here.
    """

    id: str
    title: str
    spark: Sparkline | None
    shown: tuple[Item, ...]
    lines: tuple[Item, ...]
    needing: tuple[str, ...]
    earlier: int


@dataclass(frozen=True)
class Inbox:
    """The groups, how many alerts there ever were, and how many monitors watch."""

    groups: tuple[Group, ...]
    total: int
    monitors: int


def inbox(session: Session, product_id: str, *, everything: bool, pinned: str = "") -> Inbox:
    """The alerts of a product, by monitor.

    Args:
        everything: those that need nobody too.
        pinned: id of an alert that is shown in full, whatever its state.
    """
    every = alerts(session, product_id)
    by_monitor = {key: tuple(held) for key, held in groupby(sorted(every, key=_monitor), key=_monitor)}
    split = {key: _split(held, everything=everything, pinned=pinned) for key, held in by_monitor.items()}
    wanted = [alert for full, lines in split.values() for alert in (*full, *lines)]
    items = _items(session, product_id, wanted)
    monitors = {one.id: one for one in session.scalars(select(Monitor).where(Monitor.id.in_(by_monitor)))}
    groups = [
        _group(session, by_monitor[key], monitors.get(key), full, lines, items)
        for key, (full, lines) in split.items()
        if full
    ]
    groups.sort(key=lambda group: (bool(group.needing), group.shown[0].alert.opened_at), reverse=True)
    watching = select(func.count()).where(Monitor.product_id == product_id, Monitor.archived_at.is_(None))
    return Inbox(tuple(groups), len(every), session.scalar(watching) or 0)


def pressing(session: Session, product_id: str, limit: int) -> tuple[Item, ...]:
    """The newest alerts that need somebody, for the product's page."""
    query = select(Alert).where(Alert.product_id == product_id, Alert.state == "open")
    found = session.scalars(query.order_by(Alert.opened_at.desc(), Alert.id).limit(limit)).all()
    return tuple(_items(session, product_id, found).values())


def _monitor(alert: Alert) -> str:
    return alert.monitor_id


def _split(
    held: Sequence[Alert], *, everything: bool, pinned: str
) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    """Of one monitor: what is shown in full, and what as a line."""
    full = tuple(alert for alert in held if alert.state == "open" or alert.id == pinned)
    if not everything:
        return full, ()
    full = full or tuple(alert for alert in held if alert.state == "acknowledged") or tuple(held[:1])
    return full, tuple(alert for alert in held if alert not in full)[:_LINES]


def _group(
    session: Session,
    held: Sequence[Alert],
    monitor: Monitor | None,
    full: Sequence[Alert],
    lines: Sequence[Alert],
    items: dict[str, Item],
) -> Group:
    return Group(
        id=monitor.id if monitor else "rollbacks",
        title=monitor.title if monitor else _("Rollbacks"),
        spark=sparkline_of(session, monitor) if monitor else None,
        shown=tuple(items[alert.id] for alert in full),
        lines=tuple(items[alert.id] for alert in lines),
        needing=tuple(alert.id for alert in full if alert.state == "open"),
        earlier=len(held) - len(full) - len(lines),
    )


def _items(session: Session, product_id: str, some: Sequence[Alert]) -> dict[str, Item]:
    stories = stories_of(session, [alert.id for alert in some])
    findings = findings_of(session, product_id, some)
    return {alert.id: _item(product_id, findings[alert.id], stories.get(alert.id)) for alert in some}


def _item(product_id: str, finding: Finding, story: Story | None) -> Item:
    version = next((deed.version for deed in reversed(finding.deeds) if deed.version and deed.held), "")
    gone = story is not None and (story.archived_at is not None or story.state == StoryState.DISMISSED)
    word, story_path, following = "", "", "make"
    model_path = f"/products/{product_id}/models/{version}"
    if version:
        following = "model"
        if not finding.alert.monitor_id:
            following = "compare"
            model_path = f"/products/{product_id}/models/compare?v={finding.served}&v={version}"
    if story is not None:
        following = "again" if gone else "open"
        word = _(_STORY[StoryState.DISMISSED if gone else story.state])
        story_path = f"/history/story/{story.id}" if gone else place_of(Ref("story", story.id), product_id)
    path = place_of(finding.alert.ref, product_id)
    return Item(finding, path, story, story_path, word, following, model_path)


_STORY = {
    StoryState.CANDIDATE: N_("a candidate, it waits for an epic"),
    StoryState.READY: N_("accepted"),
    StoryState.IN_PROGRESS: N_("in progress"),
    StoryState.DONE: N_("done"),
    StoryState.DISMISSED: N_("dismissed"),
}
