"""Keeping a study as evidence of a product, tied to the sources that it was measured on."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from filrouge.explore.canvas import Canvas, DataSource, Necessity
from filrouge.explore.feasibility.model import FeasibilityStudy
from filrouge.explore.feasibility.words import Study
from filrouge.storage.editing import create, listed, now_of
from filrouge.thread.links import links_to
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect

__all__ = ["keep", "latest_study", "other_sources", "sources_of", "studies_of"]


def studies_of(session: Session, product_id: str) -> list[FeasibilityStudy]:
    """The studies of a product, newest first."""
    found = listed(session, FeasibilityStudy, product_id)
    return sorted(found, key=lambda one: (one.measured_at, one.position), reverse=True)


def latest_study(session: Session, product_id: str) -> FeasibilityStudy | None:
    """The newest study of a product."""
    return next(iter(studies_of(session, product_id)), None)


def keep(session: Session, product_id: str, study: Study) -> FeasibilityStudy:
    """Write a study down. What people answered for the one before still holds, until they say otherwise.

    It is tied to the data sources whose name is the name of one of its tables or files, and to the canvases
    that need these; where no name matches, to the product's only canvas.
    """
    before = latest_study(session, product_id)
    said = {
        field: getattr(before, field)
        for field in ("tools", "tools_note", "frequency", "frequency_note")
        if before is not None
    }
    made = create(
        session,
        FeasibilityStudy,
        product_id,
        title=study.target,
        measured_at=now_of(session),
        target=study.target,
        time=study.time,
        measured=study.as_dict(),
        **said,
    )
    ref = Ref(made.kind, made.id)
    sources = _named(listed(session, DataSource, product_id), study)
    for source in sources:
        connect(session, product_id, Ref(source.kind, source.id), "examined_by", ref)
    canvases = listed(session, Canvas, product_id)
    needing = {link.source_id for one in sources for link in links_to(session, Ref(one.kind, one.id))}
    for canvas in canvases:
        if canvas.id in needing or (not sources and len(canvases) == 1):
            connect(session, product_id, Ref(canvas.kind, canvas.id), "examined_by", ref)
    return made


def other_sources(session: Session, product_id: str, names: Iterable[str]) -> tuple[str, ...]:
    """The needed sources of a product beyond what was given, when that is one of them."""
    given = {_folded(name) for name in names}
    needed = [
        source.name
        for source in listed(session, DataSource, product_id)
        if source.necessity in (Necessity.NECESSARY, Necessity.IMPORTANT)
    ]
    left = tuple(name for name in needed if _folded(name) not in given)
    return left if len(left) < len(needed) else ()


def sources_of(session: Session, study: FeasibilityStudy, sources: Iterable[DataSource]) -> list[DataSource]:
    """Those of some sources that a study is tied to."""
    tied = {link.source_id for link in links_to(session, Ref(study.kind, study.id))}
    return [source for source in sources if source.id in tied]


def _named(sources: Iterable[DataSource], study: Study) -> list[DataSource]:
    names = {_folded(name) for table in study.tables for name in (table.name, *table.files)}
    return [source for source in sources if _folded(source.name) in names]


def _folded(name: str) -> str:
    """A name without case, punctuation and the ends of files."""
    stem = name.rpartition("/")[2].rpartition("#")[2].lower()
    for end in (".gz", ".zip", ".csv", ".tsv", ".txt", ".parquet", ".pq", ".jsonl", ".ndjson", ".json"):
        stem = stem.removesuffix(end)
    return "".join(char for char in stem if char.isalnum())
