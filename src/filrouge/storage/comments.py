"""Comments on any artefact, or on a part of one: threads that are resolved, with mentions of people.

They are records beside the artefacts: not in ``product.yaml``, and never deleted, only archived.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import new_id
from filrouge.storage.base import Artefact, Base
from filrouge.storage.editing import now_of
from filrouge.storage.mentions import Mention, mark_read, tell

__all__ = [
    "LONGEST",
    "BadComment",
    "Comment",
    "NotYourComment",
    "Talk",
    "UnknownComment",
    "archive_comment",
    "authors",
    "comment_named",
    "edit_comment",
    "open_counts",
    "open_in",
    "reopen",
    "resolve",
    "talks",
    "unread",
    "write_comment",
]

LONGEST = 100_000
"""Characters that a comment may hold."""


class Comment(Base):
    """What somebody says about an artefact; ``part`` narrows it, for instance to a box of a canvas."""

    __tablename__ = "comment"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    product_id: Mapped[str | None] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    artefact_id: Mapped[str] = mapped_column(String(40), index=True)
    part: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str]
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str] = mapped_column(String(80), default="")
    reply_to: Mapped[str | None] = mapped_column(String(40), index=True)
    """The comment that opened the thread; none for the one that does."""
    archived_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Talk:
    """A thread: what opened it, and the replies in their order."""

    first: Comment
    replies: tuple[Comment, ...]

    @property
    def shown(self) -> bool:
        """Whether anything of it is left to read."""
        return self.first.archived_at is None or bool(self.replies)


class UnknownComment(FilrougeError):
    """There is no such comment."""

    code = "comment.unknown"
    status = 404


class BadComment(FilrougeError):
    """A comment says nothing, or too much."""

    code = "comment.bad"
    status = 422


class NotYourComment(FilrougeError):
    """People change and take back their own comments only."""

    code = "comment.not-yours"
    status = 403


def write_comment(
    session: Session,
    artefact: Artefact,
    text: str,
    *,
    part: str = "",
    reply_to: str | None = None,
    people: Iterable[str] = (),
) -> Comment:
    """Say something about an artefact, in the name of the session's actor.

    Args:
        session: an open session; the caller commits.
        artefact: what it is about.
        text: Markdown.
        part: of the artefact; a reply takes its thread's.
        reply_to: a comment of the thread to join.
        people: who can be mentioned.

    Raises:
        BadComment: it is empty or too long.
        UnknownComment: there is no such thread on this artefact.
    """
    first = _thread_of(session, artefact, reply_to) if reply_to else None
    made = Comment(
        product_id=artefact.id if artefact.kind == "product" else artefact.product_id,
        kind=artefact.kind,
        artefact_id=artefact.id,
        part=first.part if first else part,
        text=_readable(text),
        author=_actor(session),
        at=now_of(session),
        recorded_at=SystemClock().now(),
        reply_to=first.id if first else None,
    )
    session.add(made)
    session.flush()
    _tell(session, made, people)
    if first is not None:
        # Who answers has read.
        mark_read(session, made.author, [one.id for one in _in_thread(session, first)])
    return made


def edit_comment(session: Session, comment: Comment, text: str, *, people: Iterable[str] = ()) -> Comment:
    """Change one's own comment.

    Raises:
        NotYourComment: somebody else wrote it.
        BadComment: it is empty or too long.
    """
    _expect_own(session, comment)
    read = _readable(text)
    if read != comment.text:
        comment.text, comment.edited_at = read, now_of(session)
        _tell(session, comment, people)
    return comment


def archive_comment(session: Session, comment: Comment) -> Comment:
    """Take one's own comment back; the replies to it stay.

    Raises:
        NotYourComment: somebody else wrote it.
    """
    _expect_own(session, comment)
    comment.archived_at = comment.archived_at or now_of(session)
    session.flush()
    return comment


def resolve(session: Session, comment: Comment) -> Comment:
    """Close a thread: what it asked for is done."""
    first = session.get(Comment, comment.reply_to) if comment.reply_to else comment
    if first is not None and first.resolved_at is None:
        first.resolved_at, first.resolved_by = now_of(session), _actor(session)
        session.flush()
    return first or comment


def reopen(session: Session, comment: Comment) -> Comment:
    """Open a closed thread again."""
    first = session.get(Comment, comment.reply_to) if comment.reply_to else comment
    if first is not None:
        first.resolved_at, first.resolved_by = None, ""
        session.flush()
    return first or comment


def comment_named(session: Session, identifier: str) -> Comment:
    """The comment with this id.

    Raises:
        UnknownComment: there is none, or it was taken back.
    """
    found = session.get(Comment, identifier)
    if found is None or found.archived_at is not None:
        raise UnknownComment(
            _("There is no such comment."), action=_("It may have been taken back; reload the page.")
        )
    return found


def talks(session: Session, artefact: Artefact, part: str = "") -> list[Talk]:
    """The threads on an artefact, or on a part of it: open ones first, the oldest first."""
    query = select(Comment).where(
        Comment.kind == artefact.kind, Comment.artefact_id == artefact.id, Comment.part == part
    )
    found = list(session.scalars(query.order_by(Comment.at, Comment.recorded_at, Comment.id)))
    replies: dict[str, list[Comment]] = {}
    for one in found:
        if one.reply_to and one.archived_at is None:
            replies.setdefault(one.reply_to, []).append(one)
    threads = [Talk(one, tuple(replies.get(one.id, ()))) for one in found if one.reply_to is None]
    return sorted((one for one in threads if one.shown), key=lambda one: one.first.resolved_at is not None)


def open_counts(session: Session, kind: str, identifiers: Iterable[str]) -> dict[tuple[str, str], int]:
    """How many comments stand in open threads, by artefact and part."""
    first = select(Comment.id).where(Comment.resolved_at.is_not(None), Comment.reply_to.is_(None))
    query = (
        select(Comment.artefact_id, Comment.part, func.count())
        .where(Comment.kind == kind, Comment.artefact_id.in_(list(identifiers)))
        .where(Comment.archived_at.is_(None), Comment.id.not_in(first))
        .where(Comment.reply_to.is_(None) | Comment.reply_to.not_in(first))
        .group_by(Comment.artefact_id, Comment.part)
    )
    return {(identifier, part): count for identifier, part, count in session.execute(query)}


def open_in(session: Session, product_id: str) -> dict[str, int]:
    """How many comments stand in open threads on each artefact of a product as a whole, by its id."""
    answered = aliased(Comment)
    query = (
        select(Comment.artefact_id, func.count())
        .outerjoin(answered, answered.id == Comment.reply_to)
        .where(Comment.product_id == product_id, Comment.part == "", Comment.archived_at.is_(None))
        .where(Comment.resolved_at.is_(None), answered.resolved_at.is_(None))
        .group_by(Comment.artefact_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def authors(session: Session, product_id: str) -> list[str]:
    """Everybody who wrote a comment in a product, by name."""
    return sorted(session.scalars(select(Comment.author).where(Comment.product_id == product_id).distinct()))


def unread(session: Session, person: str) -> list[Comment]:
    """The comments that mention a person and that they have not read, the newest first."""
    query = select(Comment).where(*_unread_by(person)).order_by(Comment.at.desc(), Comment.id)
    return list(session.scalars(query))


def _unread_by(person: str) -> tuple[ColumnElement[bool], ...]:
    named = select(Mention.comment_id).where(Mention.person == person, Mention.read_at.is_(None))
    return Comment.id.in_(named), Comment.archived_at.is_(None)


def _thread_of(session: Session, artefact: Artefact, reply_to: str) -> Comment:
    """What opened the thread that a reply joins; an answer to an answer joins the same one."""
    found = session.get(Comment, reply_to)
    first = session.get(Comment, found.reply_to) if found is not None and found.reply_to else found
    if first is None or (first.kind, first.artefact_id) != (artefact.kind, artefact.id):
        raise UnknownComment(
            _("There is no comment '{id}' to answer here.").format(id=reply_to),
            where=f"{artefact.kind}:{artefact.id}",
            action=_("Reload the page, or write a new comment."),
        )
    return first


def _in_thread(session: Session, first: Comment) -> list[Comment]:
    return list(
        session.scalars(select(Comment).where((Comment.id == first.id) | (Comment.reply_to == first.id)))
    )


def _tell(session: Session, comment: Comment, people: Iterable[str]) -> None:
    """Nobody is told of what they wrote themselves."""
    tell(session, comment.id, comment.text, [person for person in people if person != comment.author])


def _readable(text: str) -> str:
    read = text.replace("\r\n", "\n").strip()
    if not read:
        raise BadComment(_("A comment cannot be empty."), action=_("Write something."))
    if len(read) > LONGEST:
        raise BadComment(
            _("A comment holds at most {most} characters; this one has {count}.").format(
                most=LONGEST, count=len(read)
            ),
            action=_("Shorten it, or put the text where it belongs and point to it."),
        )
    if "\x00" in read or any("\ud800" <= sign <= "\udfff" for sign in read):
        raise BadComment(_("The comment holds a character that cannot be stored."), action=_("Remove it."))
    return read


def _expect_own(session: Session, comment: Comment) -> None:
    if comment.author != _actor(session):
        raise NotYourComment(
            _("This comment is somebody else's."),
            where=f"comment:{comment.id}",
            why=_("{author} wrote it.").format(author=comment.author),
            action=_("Answer it instead."),
        )


def _actor(session: Session) -> str:
    return str(session.info.get("actor", "system"))
