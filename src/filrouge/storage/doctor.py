"""Examines a workspace: is everything that was written still there and whole?"""

import os
import shutil
from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.engine import READ_ONLY
from filrouge.storage.faults import unopened
from filrouge.storage.workspace import Workspace

__all__ = ["Examination", "examine"]

_ENOUGH_BYTES = 1 << 30


class Examination(NamedTuple):
    """One thing looked at: whether it is well, the fact, and what to do when it is not."""

    subject: str
    well: bool
    fact: str
    action: str = ""


def examine(workspace: Workspace) -> Iterator[Examination]:
    """Look at the database, the stored files and the disk; nothing is changed.

    Every stored file is read and compared with its digest, so this takes a while on a large store.
    """
    yield _database(workspace)
    yield _artifacts(workspace)
    yield _disk(workspace)


def _database(workspace: Workspace) -> Examination:
    subject = _("Database")
    try:
        with workspace.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            if connection.dialect.name != "sqlite":
                connection.execute(sa.text("SELECT 1"))
                return Examination(subject, True, _("It answers."))
            verdict = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
            broken = len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
    except (sa.exc.DBAPIError, FilrougeError) as error:
        fault = unopened(error) if isinstance(error, sa.exc.DBAPIError) else error
        return Examination(subject, False, " ".join(filter(None, (fault.what, fault.why))), fault.action)
    if verdict != "ok" or broken:
        fact = _("It is damaged: {verdict}; {count} broken references.")
        return Examination(
            subject,
            False,
            fact.format(verdict=verdict, count=broken),
            _("Restore a backup of the database file."),
        )
    return Examination(subject, True, _("It is whole."))


def _artifacts(workspace: Workspace) -> Examination:
    subject = _("Stored files")
    damaged = []
    count = 0
    for digest in workspace.artifacts.digests():
        count += 1
        try:
            workspace.artifacts.path(digest)
        except FilrougeError as error:
            damaged.append(error.where)
    if damaged:
        fact = _("{damaged} of {count} are damaged: {names}.")
        return Examination(
            subject,
            False,
            fact.format(damaged=len(damaged), count=count, names=", ".join(damaged[:3])),
            _("Delete them, then run again what made them."),
        )
    return Examination(subject, True, _("{count}, all whole.").format(count=count))


def _disk(workspace: Workspace) -> Examination:
    subject = _("Disk")
    free = shutil.disk_usage(workspace.root).free
    fact = _("{free} GiB free.").format(free=round(free / (1 << 30), 1))
    if not os.access(workspace.root, os.W_OK):
        action = _("Change its owner or rights.")
        return Examination(subject, False, _("The folder cannot be written to."), action)
    enough = free > _ENOUGH_BYTES
    return Examination(subject, enough, fact, "" if enough else _("Free some space."))
