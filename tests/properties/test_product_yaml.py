"""Whatever people write, ``product.yaml`` brings it out and in again without loss."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from filrouge.bootstrap import metadata
from filrouge.flows.product_yaml import export_product, import_product, read_document
from filrouge.flows.product_yaml.document import Document, Entry, Tie, fields_in_file
from filrouge.flows.product_yaml.writer import write_document
from filrouge.storage.fields import default_of
from filrouge.storage.kinds import kind_named
from filrouge.storage.workspace import Workspace

metadata()
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # trees shrink slowly
AWKWARD = [
    *("", "null", "12", "yes", "2013-01-01", "- a", "# no", "a: b", " lead", "trail ", "two\nlines", "\n"),
    *("«é»\n\n ok", "\ttab", "x\n  y\n", "\u2028", "\x85", "\x7f", "~", "!x", "&a", "*a", "'", '"', "{"),
    *("|", "%", "@", "\ufeff", "…\n", "a\n\n\n", "\n a", "1e3", "0x1f", "=", "<<"),
]
texts = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=40)
    | st.sampled_from(AWKWARD)
)  # fmt: skip
titles = texts.filter(lambda text: text.strip() != "")
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
pairs = st.fixed_dictionaries
DRAWN: dict[str, dict[str, Any]] = {
    "journey": {"type": st.sampled_from(["internal_process", "customer_journey"])},
    "hypothesis": {"evidence": st.lists(pairs({"text": texts, "ref": texts}), max_size=2)},
    "pain_point": {"type": st.just("frustrating"), "intensity": st.integers(1, 5)},
    "version": {"released_at": st.none() | times, "state": st.sampled_from(["planned", "in_progress"])},
    "epic": {"column": st.sampled_from(["ingestion", "infrastructure"])},
    "data_source": {
        "personal_data": st.none() | st.booleans(),
        "necessity": st.none() | st.just("secondary"),
    },
    "indicator": {
        "target": st.none() | st.floats(-1e6, 1e6).map(lambda number: number + 0.0),
        "measure": pairs({"kind": st.just("mean"), "value": st.sampled_from(["label", "score >= 0.3"])}),
    },
    "objective": {"five_whys": st.lists(pairs({"question": texts, "answer": texts}), max_size=2)},
}
PARTS = {
    "journey": ["step"],
    "step": ["pain_point"],
    "version": ["epic"],
    "epic": ["story"],
    "objective": ["objective"],
}
TOP = ["objective", "journey", "data_source", "indicator", "version", "story", "hypothesis"]


class Maker:
    """Draws trees of entries with ids of their own."""

    def __init__(self, draw: Any) -> None:
        self.draw, self.made = draw, 0

    def entry(self, kind: str, container: str | None = None, depth: int = 0) -> Entry:
        self.made += 1
        identifier = f"{kind[:4]}-{self.made}"
        model = kind_named(kind)
        drawn = DRAWN.get(kind, {})
        values: dict[str, Any] = {}
        for field in fields_in_file(model):
            column = model.__mapper__.columns[field]
            if field in drawn:
                values[field] = self.draw(drawn[field])
            elif field == model.title_field:
                values[field] = self.draw(titles)
            elif column.type.python_type is str and not column.nullable:
                values[field] = self.draw(texts)
            else:
                values[field] = default_of(model, field)
        parts: tuple[Entry, ...] = ()
        if depth < 2:
            parts = tuple(
                self.entry(part, identifier, depth + 1)
                for part in PARTS.get(kind, [])
                for _ in range(self.draw(st.integers(0, 2)))
            )
        return Entry(kind, identifier, values, parts, container)


@st.composite
def documents(draw: Any) -> Document:
    maker = Maker(draw)
    kinds = sorted(draw(st.lists(st.sampled_from(TOP), max_size=5)), key=TOP.index)
    entries = [maker.entry(kind) for kind in kinds]
    product = Entry(
        "product", "p-1", {"title": draw(titles), "summary": draw(texts), "phase": "build", "code": ""}
    )
    objectives = [entry for entry in entries if entry.kind == "objective"]
    indicators = [entry for entry in entries if entry.kind == "indicator"]
    ties = {Tie(a.ref, "measured_by", b.ref) for a in objectives for b in indicators if draw(st.booleans())}
    return Document(product, tuple(entries), tuple(sorted(ties, key=str)))


@given(documents())
@settings(max_examples=60, deadline=None, phases=QUICK)
def test_reading_gives_back_what_was_written(document: Document):
    text = write_document(document)
    again = read_document(text)
    assert write_document(again) == text
    for before, after in zip(document.all(), again.all(), strict=True):
        assert (before.kind, before.id, before.container) == (after.kind, after.id, after.container)
        assert after.values == before.values
    assert again.ties == document.ties


@given(documents())
@settings(
    max_examples=12, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_an_empty_workspace_gives_back_identical_bytes(workspace: Workspace, document: Document):
    with workspace.transaction("ana") as session:
        import_product(session, write_document(document))
        first = export_product(session, "p-1")
        assert import_product(session, first).empty
        session.rollback()
    with workspace.transaction("ben") as session:
        import_product(session, first)
        session.expire_all()
        assert export_product(session, "p-1") == first
        session.rollback()
    assert write_document(document).strip() == first.partition("# What each artefact was")[0].strip()
