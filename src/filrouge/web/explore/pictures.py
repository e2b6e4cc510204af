"""Pictures of mock-ups and results: uploaded, and shown to those who see the product."""

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.entries import add_entry
from filrouge.explore.prototypes import Prototype
from filrouge.explore.user_tests import UserTest
from filrouge.kernel.i18n import _
from filrouge.storage.artifacts import MissingArtifact
from filrouge.storage.editing import find, listed
from filrouge.storage.kinds import UnknownKind
from filrouge.storage.pictures import keep_picture, picture_type
from filrouge.thread.ref import Ref
from filrouge.web.places import place_of
from filrouge.web.visit import Editing, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/pictures")

_SHOWING: dict[str, type[Prototype] | type[UserTest]] = {"prototype": Prototype, "user_test": UserTest}
_HEADERS = {
    # What somebody uploaded is shown as a picture, and can do nothing else.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=31536000, immutable",
}


@router.post("/{kind}/{identifier}")
def upload(
    visit: Editing,
    product_id: str,
    kind: str,
    identifier: str,
    picture: UploadFile,
    title: Annotated[str, Form()] = "",
) -> Response:
    """Put a picture on an artefact."""
    if kind not in _SHOWING:
        raise UnknownKind(_("Pictures stand on prototypes and on user tests."), where=kind)
    with visit.workspace.transaction(visit.session.name) as session:
        found = find(session, _SHOWING[kind], identifier, product_id=product_id)
        kept = keep_picture(visit.workspace.artifacts, picture.file)
        entry = {"title": title.strip(), "digest": kept.digest, "type": kept.type}
        add_entry(session, found, "attachments", entry)
    return visit.see(place_of(Ref(kind, identifier), product_id))


@router.get("/{digest}")
def show(visit: Visiting, product_id: str, digest: str) -> Response:
    """A picture that an artefact of the product shows."""
    with visit.workspace.reading() as session:
        known = digest in _shown(session, product_id)
    content = visit.workspace.artifacts.get(digest) if known else b""
    media = picture_type(content)
    if media is None:
        raise MissingArtifact(_("This product shows no such picture."), where=digest[:12])
    return Response(content, media_type=media, headers=_HEADERS)


def _shown(session: Session, product_id: str) -> set[str]:
    return {
        str(one.get("digest", ""))
        for kind in _SHOWING.values()
        for artefact in listed(session, kind, product_id, archived=True)
        for one in artefact.attachments
    }
