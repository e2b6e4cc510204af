"""Short lists that stand on an artefact: people, and results as links or pictures."""

import re
from typing import Any

from sqlalchemy.orm import Session

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import BadField, edit

__all__ = ["ATTACHMENT", "add_entry", "attachment_faults", "drop_entry", "people_faults"]

ATTACHMENT = ("title", "url", "digest", "type")
"""A link has a ``url``; a picture its ``digest`` in the artefact store and its media ``type``."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def add_entry(session: Session, artefact: Artefact, field: str, entry: dict[str, Any]) -> Artefact:
    """Put an entry at the end of a list.

    Raises:
        BadField: the entry is not one of this list.
    """
    fields: dict[str, Any] = {field: [*getattr(artefact, field), entry]}
    return edit(session, artefact, **fields)


def drop_entry(session: Session, artefact: Artefact, field: str, place: int) -> Artefact:
    """Take the entry at ``place`` (from 0) away.

    Raises:
        BadField: there is no such entry.
    """
    entries = list(getattr(artefact, field))
    if not 0 <= place < len(entries):
        raise BadField(
            _("There is no entry {number}.").format(number=place + 1),
            where=f"{artefact.kind}:{artefact.id}: {field}",
            action=_("Reload the page: somebody may have taken it away."),
        )
    del entries[place]
    fields: dict[str, Any] = {field: entries}
    return edit(session, artefact, **fields)


def attachment_faults(artefact: Artefact, attachments: list[Any]) -> list[FilrougeError]:
    """An attachment is a web address, or a picture that the store keeps."""
    found: list[FilrougeError] = []
    for number, one in enumerate(attachments or ()):
        place = f"{artefact.kind}:{artefact.id}: attachments[{number}]"
        url, digest = str(one.get("url") or ""), str(one.get("digest") or "")
        if bool(url) == bool(digest):
            action = _("Give a web address, or upload a picture.")
            found.append(BadField(_("It is either a link or a picture."), where=place, action=action))
        elif url and not _URL.fullmatch(url):
            action = _("Begin with https:// or http://.")
            found.append(
                BadField(_("'{url}' is not a web address.").format(url=url), where=place, action=action)
            )
        elif digest and not _DIGEST.fullmatch(digest):
            found.append(
                BadField(
                    _("'{digest}' is no digest.").format(digest=digest),
                    where=place,
                    action=_("Upload the picture."),
                )
            )
    return found


def people_faults(artefact: Artefact, field: str) -> list[FilrougeError]:
    """Everybody has a name."""
    return [
        BadField(_("A person needs a name."), where=f"{artefact.kind}:{artefact.id}: {field}[{number}]")
        for number, one in enumerate(getattr(artefact, field) or ())
        if not str(one.get("name") or "").strip()
    ]
