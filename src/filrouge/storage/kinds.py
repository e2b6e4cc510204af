"""The kinds of artefacts there are, and how they contain each other: read from the models themselves."""

from functools import cache
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact, Base

__all__ = [
    "Reference",
    "UnknownKind",
    "container_of",
    "kind_named",
    "kind_words",
    "kinds",
    "references",
    "whole",
]


class UnknownKind(FilrougeError):
    """No artefact is called this."""

    code = "artefact.unknown-kind"
    status = 404


class Reference(NamedTuple):
    """A foreign key from one artefact to another.

    ``relation`` is empty for containment; otherwise it names the link from the artefact to the other, or,
    ``inward``, from the other to the artefact.
    """

    field: str
    kind: str
    relation: str
    inward: bool = False


def kinds() -> dict[str, type[Artefact]]:
    """Every kind whose module has been imported, by name, containers before what they contain."""
    classes = {
        mapper.class_.__tablename__: mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Artefact)
    }
    ordered = [classes[table.name] for table in Base.metadata.sorted_tables if table.name in classes]
    return {found.kind: found for found in ordered}


def kind_named(name: str) -> type[Artefact]:
    """The class of a kind, by its name or its plural (``pain_point``, ``pain-points``).

    Raises:
        UnknownKind: there is none.
    """
    known = kinds()
    wanted = name.strip().lower().replace("-", "_").replace(" ", "_")
    for kind, found in known.items():
        if wanted in (kind, found.plural):
            return found
    raise UnknownKind(
        _("There is no kind of artefact '{name}'.").format(name=name), action=did_you_mean(wanted, known)
    )


def kind_words(kind: str) -> str:
    """What people call a kind, in the current language.

    Example:
        >>> kind_words("pain_point")
        'pain point'
    """
    return _(kind.replace("_", " "))


@cache
def references(artefact: type[Artefact]) -> tuple[Reference, ...]:
    """The foreign keys of a kind to other artefacts; the product is not one of them."""
    tables = {
        mapper.class_.__tablename__: mapper.class_.kind
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Artefact)
    }
    found = []
    for attribute in artefact.__mapper__.column_attrs:
        column = attribute.columns[0]
        if attribute.key == "product_id":
            continue
        for key in column.foreign_keys:
            target = tables.get(key.target_fullname.partition(".")[0])
            if target is not None:
                relation, inward = column.info.get("relation", ""), column.info.get("inward", False)
                found.append(Reference(attribute.key, target, relation, inward))
    return tuple(found)


def container_of(artefact: type[Artefact]) -> Reference | None:
    """What contains a kind: the journey of a step, the version of an epic."""
    return next((reference for reference in references(artefact) if not reference.relation), None)


def whole(session: Session, artefact: Artefact) -> list[Artefact]:
    """An artefact and everything that it contains, at any depth."""
    found = [artefact]
    for kind in kinds().values():
        container = container_of(kind)
        if container is None or container.kind != artefact.kind:
            continue
        query = select(kind).where(getattr(kind, container.field) == artefact.id)
        for part in session.scalars(query):
            found += whole(session, part)
    return found
