"""A check of a file: what only a workspace records (runs, versions, predictions) is not there to read.

A rule that asks for it would take "not in the file" for "does not exist", and raise a false alarm. So a
session of a file refuses to read records, and the engine says which rules were left out.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from filrouge.storage.base import Artefact
from filrouge.storage.history import Change
from filrouge.storage.kinds import kinds
from filrouge.thread.links import Link

__all__ = ["NeedsRecords", "holds_all", "holds_records", "refuse_records"]

_MARK = "filrouge_file_only"


class NeedsRecords(Exception):
    """A rule asked for records, and the session holds a file only."""


def refuse_records(session: Session) -> None:
    """From now on, reading anything but artefacts and links raises ``NeedsRecords``."""
    session.info[_MARK] = True
    event.listen(session, "do_orm_execute", _refuse)


def holds_all(session: Session) -> bool:
    """Whether the session reads a workspace, not a file."""
    return _MARK not in session.info


def holds_records(session: Session, kind: str) -> bool:
    """Whether the absence of a link to this kind says something."""
    return holds_all(session) or kind in kinds()


def _refuse(state: ORMExecuteState) -> None:
    if not state.is_select:
        return
    read: list[type[Any]] = [mapper.class_ for mapper in state.all_mappers]
    if not all(issubclass(one, (Artefact, Link, Change)) for one in read):
        raise NeedsRecords
