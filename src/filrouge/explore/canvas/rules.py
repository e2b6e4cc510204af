"""Rules of the check on the canvas (EXP-6, EXP-8, EXP-9)."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from filrouge.explore.canvas.board import CanvasState, canvas_board, canvas_state
from filrouge.explore.canvas.boxes import BOXES, Box
from filrouge.explore.canvas.model import Canvas
from filrouge.explore.ended import ended, pursued
from filrouge.kernel.i18n import N_, _
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


def _alive(facts: Facts) -> list[Canvas]:
    """The canvases of ideas that did not end: nobody completes the others."""
    over = ended(facts)
    return [canvas for canvas in facts.all(Canvas) if canvas.idea_id not in over]


def _state(session: Session, canvas: Canvas) -> CanvasState:
    return canvas_state(canvas, canvas_board(session, canvas))


_ACTIVATION = {
    "vector": N_("the vector"),
    "frequency": N_("the frequency"),
    "environment_differences": N_("how training and operation differ"),
    "constraints": N_("the constraints"),
    "adaptations": N_("the adaptations"),
}


def _named(boxes: Iterable[Box]) -> str:
    titles = {spec.box: spec.title for spec in BOXES}
    return ", ".join(_(titles[box]) for box in boxes)


@rule(
    "EXP006.1",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("The eight boxes of a canvas are filled."),
    why=N_("An empty box is a question that comes back in the middle of the build, at a higher price."),
    mend=N_("Fill the empty boxes with those who know."),
    passes="A canvas with a note in each of the eight boxes.",
    fails="A canvas without a note in the box Users.",
)
def canvas_with_empty_boxes(facts: Facts) -> Iterable[Fact]:
    """EXP-6."""
    for canvas in _alive(facts):
        state = facts.once(_state, canvas)
        if state.missing:
            text = _("The canvas “{title}” lacks: {boxes}.")
            yield Fact(Ref("canvas", canvas.id), text.format(title=canvas.title, boxes=_named(state.missing)))


@rule(
    "EXP006.2",
    severity="info",
    phase=Phase.CONVERGE,
    title=N_("The extensions of a canvas are thought of."),
    why=N_("They tell the design what to keep open, and the sponsor where it may lead."),
    mend=N_("Note the next problem, the next value, the next users; or leave them empty knowingly."),
    passes="A canvas with a note in the three boxes of extensions.",
    fails="A canvas without extensions.",
)
def canvas_without_extensions(facts: Facts) -> Iterable[Fact]:
    """EXP-6."""
    for canvas in _alive(facts):
        state = facts.once(_state, canvas)
        if state.extensions_missing:
            text = _("The canvas “{title}” says nothing of: {boxes}.")
            boxes = _named(state.extensions_missing)
            yield Fact(Ref("canvas", canvas.id), text.format(title=canvas.title, boxes=boxes))


@rule(
    "EXP006.3",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("Each kept idea has a canvas."),
    why=N_("Ideas are compared on the same page, box by box."),
    mend=N_("Open a canvas for the idea."),
    passes="A kept idea with its canvas.",
    fails="A kept idea without a canvas.",
)
def idea_without_canvas(facts: Facts) -> Iterable[Fact]:
    """EXP-6."""
    drawn = {canvas.idea_id for canvas in facts.all(Canvas)}
    for idea in pursued(facts):
        if idea.id not in drawn:
            text = _("The kept idea “{title}” has no canvas.").format(title=idea.title)
            yield Fact(Ref("idea", idea.id), text, path=facts.at("/canvas#main"))


@rule(
    "EXP008.1",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("The activation is described."),
    why=N_("A model whose results reach nobody solves nothing."),
    mend=N_(
        "Say on the canvas by which vector and how often results arrive, under which constraints, and what "
        "must be adapted to them; “none” is an answer."
    ),
    passes="A canvas with vector, frequency, differences of environments, constraints and adaptations.",
    fails="A canvas without a frequency.",
)
def activation_incomplete(facts: Facts) -> Iterable[Fact]:
    """EXP-8."""
    for canvas in _alive(facts):
        missing = facts.once(_state, canvas).activation_missing
        if missing:
            words = ", ".join(_(_ACTIVATION[field]) for field in missing)
            text = _("The activation of “{title}” does not say: {words}.")
            yield Fact(Ref("canvas", canvas.id), text.format(title=canvas.title, words=words))


@rule(
    "EXP009.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("Somebody signed off the business interest."),
    why=N_("Without a sponsor who signed, the product is the first to go when the budget shrinks."),
    mend=N_("Have the canvas signed by the person who answers for the business interest."),
    passes="A canvas with a name and a date of signature.",
    fails="A canvas that nobody signed.",
)
def canvas_unsigned(facts: Facts) -> Iterable[Fact]:
    """EXP-9."""
    for canvas in _alive(facts):
        if not (canvas.signed_by and canvas.signed_at):
            text = _("Nobody signed the canvas “{title}”.").format(title=canvas.title)
            yield Fact(Ref("canvas", canvas.id), text)


RULES = (
    canvas_with_empty_boxes,
    canvas_without_extensions,
    idea_without_canvas,
    activation_incomplete,
    canvas_unsigned,
)
