"""An alert becomes a candidate story with its evidence (ORG-14), and a person takes it or leaves it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.kernel.clock import as_utc
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.figures import day, figure
from filrouge.kernel.i18n import N_, _, ngettext, use_language
from filrouge.organize.backlog import Origin, Story, StoryState
from filrouge.storage.editing import create, edit, find, restore
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.deeds import mended
from filrouge.streamline.monitoring.findings import Finding, findings_of
from filrouge.streamline.monitoring.tables import Alert, Monitor
from filrouge.streamline.monitoring.watch import acknowledge, alert_named
from filrouge.streamline.registry.version import version_name
from filrouge.thread.links import Link, link
from filrouge.thread.ref import Ref

__all__ = ["RAISED", "NotACandidate", "accept", "dismiss", "raise_stories", "stories_of", "story_from"]

RAISED = "raised"
"""The relation from an alert to its story, and from what served to the alert."""
_OPEN = (StoryState.CANDIDATE, StoryState.READY, StoryState.IN_PROGRESS)
_WHO = "worker"
_NOW = {
    StoryState.READY: N_("It was accepted and is ready."),
    StoryState.IN_PROGRESS: N_("It is in progress."),
    StoryState.DONE: N_("It is done."),
    StoryState.DISMISSED: N_("It was dismissed."),
}
_THEN = {
    StoryState.READY: N_("Move it on the story map."),
    StoryState.IN_PROGRESS: N_("Move it on the story map, or finish it there."),
    StoryState.DONE: N_("Write another story for what is still wanted."),
    StoryState.DISMISSED: N_("To take it up again, make the alert a story once more."),
}


class NotACandidate(FilrougeError):
    """The story was decided on before: only a candidate is accepted or dismissed."""

    code = "story.not-candidate"
    status = 409


def story_from(session: Session, alert_id: str) -> Story:
    """The story of an alert, made when there is none; asked again, the same one.

    While an earlier story of the same monitor is open, the alert joins its evidence. A story that was
    archived or dismissed comes back as a candidate. Whoever asks looks after the alert: it is acknowledged.

    Raises:
        UnknownAlert: there is no such alert.
    """
    alert = alert_named(session, alert_id)
    story = _made(session, alert)
    if story.archived_at is not None:
        restore(session, story)
    if story.state == StoryState.DISMISSED:
        edit(session, story, state=StoryState.CANDIDATE)
    acknowledge(session, alert)
    return story


def raise_stories(workspace: Workspace, product_id: str) -> list[Story]:
    """What the loop could not mend becomes candidate stories, one for each monitor at a time.

    After a person dismissed one, its monitor raises none for ``[loop] quiet_days``.

    Returns:
        The stories that are new.
    """
    quiet = timedelta(days=workspace.settings.loop.quiet_days)
    with workspace.reading() as session:
        due = _due(session, product_id, quiet)
    made: list[str] = []
    for alert_id in due:
        with workspace.transaction(_WHO) as session, use_language(workspace.settings.web.language):
            alert = alert_named(session, alert_id)
            before = {story.id for story in _stories_of_monitor(session, alert)}
            story = _made(session, alert)
            if story.id not in before:
                made.append(story.id)
    with workspace.reading() as session:
        return [find(session, Story, story_id) for story_id in made]


def stories_of(session: Session, alert_ids: Iterable[str]) -> dict[str, Story]:
    """The stories that alerts became, by the alert's id."""
    query = (
        select(Link.source_id, Story)
        .join(Story, Story.id == Link.target_id)
        .where(
            Link.source_kind == "alert",
            Link.relation == RAISED,
            Link.target_kind == "story",
            Link.source_id.in_(list(alert_ids)),
        )
    )
    return {row[0]: row[1] for row in session.execute(query)}


def accept(session: Session, product_id: str, story_id: str, epic_id: str) -> Story:
    """Take a candidate: it joins an epic, and the alerts behind it have somebody.

    Accepted again into the same epic, it stays as it is.

    Raises:
        UnknownArtefact: there is no such story or epic in this product.
        NotACandidate: it was decided on before.
    """
    story = find(session, Story, story_id, product_id=product_id)
    if story.state == StoryState.READY and story.epic_id == epic_id:
        return story
    _refuse_decided(story)
    edit(session, story, epic_id=epic_id, state=StoryState.READY)
    _look_after(session, story)
    return story


def dismiss(session: Session, product_id: str, story_id: str) -> Story:
    """Leave a candidate: it stays on the thread as what was decided, and leaves the backlog.

    Raises:
        UnknownArtefact: there is no such story in this product.
        NotACandidate: it was decided on before.
    """
    story = find(session, Story, story_id, product_id=product_id)
    _refuse_decided(story)
    edit(session, story, state=StoryState.DISMISSED)
    _look_after(session, story)
    return story


def _refuse_decided(story: Story) -> None:
    if story.state != StoryState.CANDIDATE:
        raise NotACandidate(
            _("“{title}” is no candidate any more.").format(title=story.title),
            where=f"story:{story.id}",
            why=_(_NOW[story.state]),
            action=_(_THEN[story.state]),
        )


def _due(session: Session, product_id: str, quiet: timedelta) -> list[str]:
    """The alerts that wait for a person and became no story yet, oldest first."""
    told = select(Link.source_id).where(Link.source_kind == "alert", Link.relation == RAISED)
    query = select(Alert).where(Alert.product_id == product_id, Alert.id.not_in(told))
    found = session.scalars(query.order_by(Alert.opened_at, Alert.id))
    return [alert.id for alert in found if not mended(alert) and not _left_alone(session, alert, quiet)]


def _left_alone(session: Session, alert: Alert, quiet: timedelta) -> bool:
    """Whether a person dismissed the monitor's story not long before, and none goes on."""
    known = _stories_of_monitor(session, alert)
    dismissed = [as_utc(story.updated_at) for story in known if story.state == StoryState.DISMISSED]
    going = any(_going(story) for story in known)
    return not going and any(as_utc(alert.opened_at) < at + quiet for at in dismissed)


def _made(session: Session, alert: Alert) -> Story:
    if alert.monitor_id:  # one process at a time writes a monitor's story
        session.get(Monitor, alert.monitor_id, with_for_update=True)
    session.get(Alert, alert.id, with_for_update=True)
    own = stories_of(session, [alert.id]).get(alert.id)
    if own is not None:
        return own
    finding = findings_of(session, alert.product_id, [alert])[alert.id]
    going = [story for story in _stories_of_monitor(session, alert) if _going(story)]
    if going:
        story = going[-1]
        story.evidence = [*story.evidence, _headline(finding)]
    else:
        story = create(
            session,
            Story,
            alert.product_id,
            title=finding.words.task,
            statement=finding.words.wish,
            origin=Origin.MONITORING,
            evidence=_evidence(finding),
        )
    session.flush()
    if finding.deployment:
        link(session, alert.product_id, Ref("deployment", finding.deployment), RAISED, alert.ref)
    link(session, alert.product_id, alert.ref, RAISED, Ref("story", story.id))
    return story


def _going(story: Story) -> bool:
    return story.archived_at is None and story.state in _OPEN


def _stories_of_monitor(session: Session, alert: Alert) -> list[Story]:
    """The stories of the monitor's alerts, oldest first; a rollback has no monitor, and stands alone."""
    if not alert.monitor_id:
        return []
    others = session.scalars(select(Alert.id).where(Alert.monitor_id == alert.monitor_id))
    found = {story.id: story for story in stories_of(session, others).values()}
    return sorted(found.values(), key=lambda story: (as_utc(story.created_at), story.id))


def _look_after(session: Session, story: Story) -> None:
    query = select(Alert).join(Link, Link.source_id == Alert.id)
    raised = query.where(
        Link.source_kind == "alert",
        Link.relation == RAISED,
        Link.target_kind == "story",
        Link.target_id == story.id,
    )
    for alert in session.scalars(raised):
        acknowledge(session, alert)
    session.flush()


def _evidence(finding: Finding) -> list[dict[str, Any]]:
    """What was seen, the worst of it, what served, what was done: each with the thing to look at."""
    ref = str(finding.alert.ref)
    found = [_headline(finding)]
    if finding.columns:
        worst = ", ".join(f"{name} {value}" for name, value in finding.columns)
        found.append({"text": _("Worst columns: {names}").format(names=worst), "ref": ref})
    if finding.slices:
        worst = ", ".join(f"{name} {value}" for name, value, _rows in finding.slices)
        found.append({"text": _("Worst slices: {names}").format(names=worst), "ref": ref})
    if finding.served:
        text = _("{version} served").format(version=version_name(finding.served))
        found.append({"text": text, "ref": f"model_version:{finding.served}"})
    for deed in finding.deeds:
        seen = f"model_version:{deed.version}" if deed.version else ref
        found.append({"text": f"{day(deed.at)}: {deed.words}" if deed.at else deed.words, "ref": seen})
    return found


def _headline(finding: Finding) -> dict[str, Any]:
    words = finding.words
    if words.unit:
        figures = ", ".join(part for part in (f"{words.unit}: {words.value}", words.limit) if part)
    else:  # the sentence has the value
        figures = _("expected: {limit}").format(limit=words.limit) if words.limit else ""
    inside = [figures] if words.value and figures else []
    inside += [_rows_of(finding)] if finding.hours else []
    told = f"{day(finding.since)}: {words.what.rstrip('.')}"
    return {"text": f"{told} ({'; '.join(inside)})." if inside else f"{told}.", "ref": str(finding.alert.ref)}


def _rows_of(finding: Finding) -> str:
    text = {
        24: ngettext("{n} row in a day", "{n} rows in a day", finding.rows),
        168: ngettext("{n} row in a week", "{n} rows in a week", finding.rows),
    }.get(finding.hours) or ngettext("{n} row in {hours} hours", "{n} rows in {hours} hours", finding.rows)
    return text.format(n=figure(finding.rows), hours=finding.hours)
