"""Versions and epics."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.organize.bricks import Brick
from filrouge.storage.base import Artefact
from filrouge.storage.editing import BadField, edit, now_of

__all__ = ["Epic", "Version", "VersionState", "release"]


class VersionState(StrEnum):
    """How far a version has come."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    RELEASED = "released"


class Version(Artefact):
    """A row of the story map: what users will be able to do, and the indicator that shows it."""

    __tablename__ = "version"
    kind = "version"
    plural = "versions"

    title: Mapped[str]
    objective: Mapped[str] = mapped_column(default="")
    """Said from the user's side (ORG-10)."""
    kpi_id: Mapped[str | None] = mapped_column(ForeignKey("indicator.id"), info={"relation": "measured_by"})
    state: Mapped[VersionState] = mapped_column(default=VersionState.PLANNED)
    released_at: Mapped[datetime | None]

    def faults(self, session: Session) -> list[FilrougeError]:  # noqa: ARG002
        """A version that is released says when."""
        if self.state != VersionState.RELEASED or self.released_at:
            return []
        return [
            BadField(
                _("'{label}' is released without a date.").format(label=self.label),
                where=f"version:{self.id}",
                action=_("Give released_at as well."),
            )
        ]


class Epic(Artefact):
    """A cell of the story map: one brick's part of a version."""

    __tablename__ = "epic"
    kind = "epic"
    plural = "epics"

    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), index=True)
    column: Mapped[Brick]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")


def release(session: Session, version: Version) -> Version:
    """Mark a version released now (ORG-11)."""
    return edit(session, version, state=VersionState.RELEASED, released_at=now_of(session))
