"""A test of a mock-up by users, on a scenario, judged by four criteria (EXP-11)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.explore.entries import ATTACHMENT, attachment_faults, people_faults
from filrouge.kernel.errors import FilrougeError
from filrouge.storage.base import Artefact
from filrouge.storage.editing import create, listed

__all__ = ["Ipap", "UserTest", "next_session", "sessions_of"]

_SCORE = {"least": 1, "most": 5}


class Ipap(StrEnum):
    """What an interface must be (EXP-11)."""

    INTUITIVE = "intuitive"
    PRACTICAL = "practical"
    ACTIONABLE = "actionable"
    PERSONALISABLE = "personalisable"


class UserTest(Artefact):
    """One session: who tried which mock-up on which scenario, and what they made of it."""

    __tablename__ = "user_test"
    kind = "user_test"
    plural = "user_tests"

    idea_id: Mapped[str] = mapped_column(ForeignKey("idea.id"), index=True)
    title: Mapped[str]
    held_at: Mapped[datetime | None]
    scenario: Mapped[str] = mapped_column(default="")
    """What the users were asked to do with the mock-up."""
    attachments: Mapped[list[Any]] = mapped_column(default=list, info={"shape": list, "keys": ATTACHMENT})
    """The mock-up: links and pictures."""
    participants: Mapped[list[Any]] = mapped_column(
        default=list, info={"shape": list, "keys": ("name", "profile", "notes")}
    )
    intuitive: Mapped[int | None] = mapped_column(info=_SCORE)
    intuitive_note: Mapped[str] = mapped_column(default="")
    practical: Mapped[int | None] = mapped_column(info=_SCORE)
    practical_note: Mapped[str] = mapped_column(default="")
    actionable: Mapped[int | None] = mapped_column(info=_SCORE)
    actionable_note: Mapped[str] = mapped_column(default="")
    personalisable: Mapped[int | None] = mapped_column(info=_SCORE)
    personalisable_note: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    to_change: Mapped[str] = mapped_column(default="")
    """What the next mock-up changes."""
    satisfactory: Mapped[bool | None]
    """Whether the team calls the interface satisfactory; nobody has said when ``None``."""

    def score(self, criterion: Ipap) -> int | None:
        """The score of a criterion, from 1 to 5."""
        found: int | None = getattr(self, criterion.value)
        return found

    def faults(self, session: Session) -> list[FilrougeError]:  # noqa: ARG002
        """Attachments can be shown; people have names."""
        return [*attachment_faults(self, self.attachments), *people_faults(self, "participants")]


def sessions_of(session: Session, product_id: str, idea_id: str) -> list[UserTest]:
    """The tests of an idea in the order in which they were held; those to come are last."""
    tests = listed(session, UserTest, product_id, idea_id=idea_id)
    return sorted(tests, key=lambda one: (one.held_at is None, one.held_at or one.created_at))


def next_session(session: Session, before: UserTest, title: str) -> UserTest:
    """The next session, on the same scenario."""
    return create(
        session,
        UserTest,
        str(before.product_id),
        idea_id=before.idea_id,
        title=title,
        scenario=before.scenario,
    )
