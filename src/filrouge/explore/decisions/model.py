"""The decision on an idea: build, wait or kill, why, and who answers for it (EXP-16)."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.explore.ideas.model import Idea
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import BadField, create, edit, listed, now_of

__all__ = ["Choice", "Decision", "chosen", "decide", "decisions_of"]


class Choice(StrEnum):
    """What becomes of an idea once the kept ones were compared."""

    BUILD = "build"
    WAIT = "wait"
    KILL = "kill"


class Decision(Artefact):
    """What was decided on an idea; deciding again changes it, and its history keeps what was."""

    __tablename__ = "decision"
    kind = "decision"
    plural = "decisions"
    title_field = "rationale"

    idea_id: Mapped[str] = mapped_column(ForeignKey("idea.id"), index=True)
    choice: Mapped[Choice]
    rationale: Mapped[str]
    owner: Mapped[str] = mapped_column(default="")
    """Who answers for it from now on."""
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


def decisions_of(session: Session, product_id: str) -> dict[str, Decision]:
    """By idea, the decision that holds."""
    return {one.idea_id: one for one in listed(session, Decision, product_id)}


def chosen(ideas: Iterable[Idea], decisions: Iterable[Decision]) -> list[Idea]:
    """The ideas that are to be built."""
    built = {one.idea_id for one in decisions if one.choice == Choice.BUILD}
    return [idea for idea in ideas if idea.id in built]


def decide(
    session: Session, idea: Idea, choice: str, rationale: str, *, owner: str, decided_by: str
) -> Decision:
    """Decide on an idea, or decide again.

    Raises:
        BadField: there is no rationale, or nobody answers for it.
    """
    for field, said, what in (
        ("rationale", rationale, _("A decision needs its rationale.")),
        ("owner", owner, _("A decision needs its owner.")),
        ("decided_by", decided_by, _("A decision needs whoever takes it.")),
    ):
        if not said.strip():
            raise BadField(
                what,
                where=f"idea:{idea.id}: {field}",
                action=_("Say why, who answers for it, and who decided."),
            )
    product_id = str(idea.product_id)
    fields: dict[str, Any] = {
        "choice": choice,
        "rationale": rationale.strip(),
        "owner": owner.strip(),
        "decided_by": decided_by.strip(),
        "decided_at": now_of(session),
    }
    before = decisions_of(session, product_id).get(idea.id)
    if before is None:
        return create(session, Decision, product_id, idea_id=idea.id, **fields)
    return edit(session, before, **fields)
