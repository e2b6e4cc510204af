"""Rules of the check that read several chapters."""

from collections.abc import Iterable

from filrouge.explore.canvas.data_sources import DataSource, Necessity
from filrouge.kernel.i18n import N_, _
from filrouge.organize.bricks import Brick
from filrouge.organize.story_map.model import Epic, Version
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


@rule(
    "FND002.2",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("An ingestion epic brings in a source that the use case needs."),
    why=N_("Ingestion that no use case asked for delays the one that did."),
    mend=N_("Tie the epic to the data source that it brings in."),
    passes="An ingestion epic with a link from a data source.",
    fails="An ingestion epic without one.",
)
def ingestion_without_source(facts: Facts) -> Iterable[Fact]:
    """FND-2."""
    for epic in facts.all(Epic):
        ref = Ref("epic", epic.id)
        if epic.column == Brick.INGESTION and not facts.beside(ref, "data_source"):
            yield Fact(ref, _("The epic “{title}” brings in no source of a canvas.").format(title=epic.title))


@rule(
    "ORG007.2",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("The MVP ingests necessary sources only."),
    why=N_("Each further source delays the first result that users see."),
    mend=N_("Move the epic to a later version, or class the source as absolutely necessary."),
    passes="A first version that ingests a necessary source.",
    fails="A first version that ingests a secondary source.",
)
def mvp_with_other_sources(facts: Facts) -> Iterable[Fact]:
    """ORG-7."""
    sources = {source.id: source for source in facts.all(DataSource)}
    for mvp in facts.all(Version)[:1]:
        for epic in facts.all(Epic):
            ref = Ref("epic", epic.id)
            for found in facts.beside(ref, "data_source") if epic.version_id == mvp.id else ():
                source = sources.get(found.id)
                if source is not None and source.necessity != Necessity.NECESSARY:
                    text = _("The MVP ingests “{name}”, which is not absolutely necessary.")
                    yield Fact(ref, text.format(name=source.name))


RULES = (ingestion_without_source, mvp_with_other_sources)
