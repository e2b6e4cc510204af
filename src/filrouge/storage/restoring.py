"""Bring back what was put away, and what it stands in: from the page of archived things, and by undo."""

from typing import TypeVar

from sqlalchemy.orm import Session

from filrouge.storage.base import Artefact
from filrouge.storage.kinds import container_of, kinds, whole

__all__ = ["restore", "restore_container"]

A = TypeVar("A", bound=Artefact)


def restore(session: Session, artefact: A) -> A:
    """Bring an archived artefact back, with the parts that were put away at the same moment.

    What contains it comes back too, if it was put away: without it there is no place to stand.
    """
    restore_container(session, artefact)
    moment = artefact.archived_at
    for item in whole(session, artefact):
        if item.archived_at == moment:
            item.archived_at = None
    session.flush()
    return artefact


def restore_container(session: Session, artefact: Artefact) -> None:
    """Bring back what contains an artefact, if it was put away, up to the outermost."""
    container = container_of(type(artefact))
    inside = getattr(artefact, container.field) if container else None
    if container is None or inside is None:
        return
    holder = session.get(kinds()[container.kind], inside)
    if holder is not None and holder.archived_at is not None:
        restore(session, holder)
