"""Who is named in a comment, and what of it they have not read yet."""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.storage.base import Base
from filrouge.storage.editing import now_of

__all__ = ["Mention", "mark_read", "mentioned", "tell"]


class Mention(Base):
    """A person named in a comment, and when they said that they had read it."""

    __tablename__ = "mention"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[str] = mapped_column(String(40), index=True)
    person: Mapped[str] = mapped_column(String(80), index=True)
    read_at: Mapped[datetime | None]


def mentioned(text: str, people: Iterable[str]) -> tuple[str, ...]:
    """The people whom a text names behind an ``@``, in their order; the longest name that fits counts.

    Example:
        >>> mentioned("@ana ask @Duty Manager, not bob@ana.example", ["ana", "duty", "duty manager"])
        ('ana', 'duty manager')
    """
    names = {name.casefold(): name for name in people if name.strip()}
    if not names:
        return ()
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    found = re.findall(rf"(?<![\w@.])@({either})(?!\w)", text.casefold())
    return tuple(dict.fromkeys(names[name] for name in found))


def tell(session: Session, comment_id: str, text: str, people: Iterable[str]) -> None:
    """The mentions of a comment follow its text, for those of ``people`` whom it names."""
    wanted = set(mentioned(text, people))
    for mention in session.scalars(select(Mention).where(Mention.comment_id == comment_id)):
        if mention.person in wanted:
            wanted.remove(mention.person)
        elif mention.read_at is None:
            session.delete(mention)
    for person in sorted(wanted):
        session.add(Mention(comment_id=comment_id, person=person))
    session.flush()


def mark_read(session: Session, person: str, comments: Iterable[str]) -> None:
    """A person has read these comments."""
    query = select(Mention).where(
        Mention.person == person, Mention.read_at.is_(None), Mention.comment_id.in_(list(comments))
    )
    for mention in session.scalars(query):
        mention.read_at = now_of(session)
    session.flush()
