"""Comments: a page for each artefact, which other pages open in a panel; and where one is mentioned."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge import bootstrap
from filrouge.explore.canvas import BOXES
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.roles import Role
from filrouge.storage.base import Artefact
from filrouge.storage.comments import (
    Comment,
    Talk,
    archive_comment,
    comment_named,
    edit_comment,
    reopen,
    resolve,
    talks,
    unread,
    write_comment,
)
from filrouge.storage.editing import BadField, find
from filrouge.storage.kinds import kind_named, kind_words
from filrouge.storage.mentions import mark_read
from filrouge.storage.product import Product
from filrouge.web.overview import head_of
from filrouge.web.places import place_of_artefact, words_of
from filrouge.web.visit import Editing, Visit, Visiting

__all__ = ["PARTS", "router"]

router = APIRouter()

PARTS = {"canvas": {spec.box.value: spec.title for spec in BOXES}}
"""What else than a whole artefact is talked about, by kind: the part, and what people call it."""


@dataclass(frozen=True)
class CommentsPage:
    """The context of the page."""

    artefact: Artefact
    part: str
    label: str
    kind: str
    place: str
    address: str
    talks: tuple[Talk, ...]
    people: tuple[str, ...]

    @property
    def open(self) -> int:
        """How many comments stand in open threads."""
        waiting = [one for one in self.talks if one.first.resolved_at is None]
        return sum(len(one.replies) + (one.first.archived_at is None) for one in waiting)


@router.get("/comments/{kind}/{identifier}")
def comments(visit: Visiting, kind: str, identifier: str, part: str = "") -> Response:
    """What people say about an artefact, or about a part of it."""
    with visit.workspace.reading() as session:
        artefact = find(session, kind_named(kind), identifier)
        product_id = artefact.id if isinstance(artefact, Product) else str(artefact.product_id)
        named = _named(artefact, part)
        page = CommentsPage(
            artefact,
            part,
            f"{artefact.label} · {named}" if named else artefact.label,
            words_of(artefact),
            place_of_artefact(session, artefact),
            _address(artefact.kind, artefact.id, part),
            tuple(talks(session, artefact, part)),
            bootstrap.people(session, product_id),
        )
        return visit.render(
            "comments.html", page, title=_("Comments"), product=head_of(session, product_id)[1]
        )


@router.post("/comments/{kind}/{identifier}")
def say(
    visit: Editing,
    kind: str,
    identifier: str,
    text: Annotated[str, Form()] = "",
    part: Annotated[str, Form()] = "",
    reply_to: Annotated[str, Form()] = "",
) -> Response:
    """Write a comment, or answer one."""
    with visit.workspace.transaction(visit.session.name) as session:
        artefact = find(session, kind_named(kind), identifier)
        _named(artefact, part)
        people = bootstrap.people(session, str(visit.product_id))
        write_comment(session, artefact, text, part=part, reply_to=reply_to or None, people=people)
        return visit.see(_address(artefact.kind, artefact.id, part))


@router.post("/comment/{comment_id}/edit")
def change(visit: Editing, comment_id: str, text: Annotated[str, Form()] = "") -> Response:
    """Change one's own comment."""
    with visit.workspace.transaction(visit.session.name) as session:
        comment = _writable(visit, session, comment_id)
        people = bootstrap.people(session, str(comment.product_id))
        return _back(visit, edit_comment(session, comment, text, people=people))


@router.post("/comment/{comment_id}/archive")
def take_back(visit: Editing, comment_id: str) -> Response:
    """Take one's own comment back."""
    with visit.workspace.transaction(visit.session.name) as session:
        return _back(visit, archive_comment(session, _writable(visit, session, comment_id)))


@router.post("/comment/{comment_id}/resolve")
def close(visit: Editing, comment_id: str) -> Response:
    """Close a thread."""
    with visit.workspace.transaction(visit.session.name) as session:
        return _back(visit, resolve(session, _writable(visit, session, comment_id)))


@router.post("/comment/{comment_id}/reopen")
def open_again(visit: Editing, comment_id: str) -> Response:
    """Open a closed thread again."""
    with visit.workspace.transaction(visit.session.name) as session:
        return _back(visit, reopen(session, _writable(visit, session, comment_id)))


@dataclass(frozen=True)
class Waiting:
    """A comment that mentions who is there."""

    comment: Comment
    about: str
    address: str


@dataclass(frozen=True)
class MentionsPage:
    """The context of the page."""

    waiting: tuple[Waiting, ...]
    people: tuple[str, ...]


@router.get("/mentions")
def mentions(visit: Visiting) -> Response:
    """Where somebody named who is there, and waits for an answer."""
    with visit.workspace.reading() as session:
        access = visit.session.access
        waiting = [
            one for one in unread(session, visit.session.name) if access.may(Role.VIEWER, one.product_id)
        ]
        page = MentionsPage(tuple(_waiting(session, one) for one in waiting), (visit.session.name,))
        return visit.render("mentions.html", page, title=_("Mentions"))


@router.post("/mentions/read")
def read(visit: Editing, comment: Annotated[list[str] | None, Form()] = None) -> Response:
    """The person has read these comments."""
    with visit.workspace.transaction(visit.session.name) as session:
        mark_read(session, visit.session.name, comment or [])
    return visit.see("/mentions")


def _waiting(session: Session, comment: Comment) -> Waiting:
    artefact = find(session, kind_named(comment.kind), comment.artefact_id)
    named = _named(artefact, comment.part)
    about = f"{artefact.label} · {named}" if named else artefact.label
    return Waiting(comment, about, _address(comment.kind, comment.artefact_id, comment.part, comment.id))


def _writable(visit: Visit, session: Session, comment_id: str) -> Comment:
    """A comment in a product where who is there may write; to others it does not exist.

    Raises:
        UnknownComment: there is none for these eyes.
        NotAllowed: they may only read there.
    """
    comment = session.get(Comment, comment_id)
    if comment is not None and not visit.session.access.may(Role.VIEWER, comment.product_id):
        comment_id = ""
    found = comment_named(session, comment_id)
    visit.require(Role.CONTRIBUTOR, found.product_id)
    return found


def _back(visit: Visit, comment: Comment) -> Response:
    return visit.see(_address(comment.kind, comment.artefact_id, comment.part))


def _address(kind: str, identifier: str, part: str, comment: str = "") -> str:
    narrowed = f"?part={part}" if part else ""
    return f"/comments/{kind}/{identifier}{narrowed}" + (f"#comment-{comment}" if comment else "")


def _named(artefact: Artefact, part: str) -> str:
    """What people call a part of an artefact.

    Raises:
        BadField: the artefact has no such part.
    """
    if not part:
        return ""
    known = PARTS.get(artefact.kind, {})
    if part not in known:
        raise BadField(
            _("'{part}' is no part of a {kind}.").format(part=part, kind=kind_words(artefact.kind)),
            where=f"{artefact.kind}:{artefact.id}",
        )
    return _(known[part])
