"""Rules that need nothing but the graph (THR)."""

from collections.abc import Iterable

from filrouge.kernel.i18n import N_, _
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.kinds import KINDS, kind_of
from filrouge.thread.ref import Ref

__all__ = ["RULES"]

_TOLD = frozenset({"idea", "data_source", "indicator"})
"""Kinds of which a rule of their own says what they must hang on (EXP001.1, FND002.1, THR003.1)."""


@rule(
    "THR003.1",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("An indicator links to an objective."),
    why=N_("A figure that serves no objective is followed for nothing."),
    mend=N_("Tie the indicator to the objective it measures."),
    passes="An indicator that a link joins to an objective.",
    fails="An indicator that hangs on nothing but a version.",
)
def indicator_without_objective(facts: Facts) -> Iterable[Fact]:
    """THR-3; that it was measured over what serves says nothing of why it is followed."""
    for node in facts.of_kind("indicator"):
        if not facts.above(node.ref, "objective", not_by="deployment"):
            text = _("No objective leads to the indicator “{title}”.").format(title=node.title)
            yield Fact(node.ref, text, path=facts.tying(node.ref))


@rule(
    "THR004.1",
    severity="warning",
    phase=Phase.EXPLORE,
    title=N_("No link leads to something that is gone."),
    why=N_("A dangling link breaks the thread without a sign."),
    mend=N_("Restore what was archived, or tie the link to what replaced it."),
    passes="An idea linked to a pain point; both exist.",
    fails="An idea linked to a pain point that was archived.",
)
def dangling_link(facts: Facts) -> Iterable[Fact]:
    """THR-4."""
    names = facts.nodes.named(
        facts.session, {end for edge in facts.edges for end in (edge.source, edge.target)}
    )

    def gone(ref: Ref) -> bool:
        return ref not in names or names[ref].archived

    for edge in facts.edges:
        if gone(edge.source) == gone(edge.target) and edge.source in names:
            continue  # both stand, or both were archived together
        lost, kept = (edge.source, edge.target) if gone(edge.source) else (edge.target, edge.source)
        text = (
            _("{kept} is tied to {lost}, which is archived.")
            if lost in names
            else _("{kept} is tied to {lost}, which does not exist.")
        )
        path = facts.at(f"/thread?ref={kept}#walk")
        yield Fact(kept, text.format(kept=kept, lost=lost), command=f"filrouge thread {kept}", path=path)


@rule(
    "THR004.2",
    severity="warning",
    phase=Phase.EXPLORE,
    title=N_("Nothing stands alone: every artefact has a link."),
    why=N_("What nothing explains and nothing came of is forgotten, or done twice."),
    mend=N_("Tie it to the reason it exists for, or archive it."),
    passes="A pain point that an idea addresses.",
    fails="A hypothesis without any link.",
)
def artefact_without_link(facts: Facts) -> Iterable[Fact]:
    """THR-4."""
    for kind in KINDS.values():
        if not kind.bound or kind.name in _TOLD:
            continue
        for node in facts.of_kind(kind.name):
            if not facts.is_linked(node.ref):
                label = _(kind_of(node.ref).label)
                text = _("Nothing is tied to the {kind} “{title}”.").format(kind=label, title=node.title)
                yield Fact(node.ref, text, path=facts.tying(node.ref))


RULES = (indicator_without_objective, dangling_link, artefact_without_link)
