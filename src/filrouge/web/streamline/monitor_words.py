"""The words of monitors: what each kind asks, how its figures are written."""

from filrouge.kernel.i18n import N_, _
from filrouge.measures.metric_words import metric_word
from filrouge.streamline.monitoring.tables import Definition
from filrouge.streamline.monitoring.wording import value_words

__all__ = ["ACTIONS", "KINDS", "QUESTIONS", "asked", "figure", "is_share", "value_title"]

KINDS = {
    "indicator": N_("indicator"),
    "performance": N_("performance"),
    "drift": N_("drift"),
    "quality": N_("missing values"),
    "latency": N_("response time"),
}
QUESTIONS = {
    "indicator": N_("Is the problem being solved?"),
    "performance": N_("Are its answers still good?"),
    "drift": N_("Do the features still look like those it learned from?"),
    "quality": N_("Is anything missing?"),
    "latency": N_("Does it answer in time?"),
}
ACTIONS = {
    "none": N_("tell people"),
    "retrain": N_("retrain, through the gate"),
    "rollback": N_("roll back"),
    "degrade": N_("let the naive model answer"),
}


def is_share(definition: Definition) -> bool:
    """Whether its values are parts of a whole, written in percent."""
    return "%" in figure(definition, 0.5)


def figure(definition: Definition, value: float | None, *, trim: bool = False) -> str:
    """A value as people read it; ``trim`` for a threshold."""
    return "–" if value is None else value_words(definition, value, trim=trim)


def asked(definition: Definition) -> str:
    """What is asked of it, in words."""
    limit = figure(definition, definition.threshold, trim=True)
    if definition.worse == "below":
        return _("at least {limit} is asked").format(limit=limit)
    return _("at most {limit} is asked").format(limit=limit)


def value_title(definition: Definition) -> str:
    """The title of the axis, with the better direction."""
    names = {
        "quality": _("missing beyond what is usual"),
        "drift": _("population stability index"),
        "performance": metric_word(definition.metric),
        "latency": _("95th percentile, ms"),
        "indicator": definition.measure.unit if definition.measure and not is_share(definition) else "",
    }
    better = _("higher is better") if definition.worse == "below" else _("lower is better")
    title = ", ".join(part for part in (names[definition.kind], better) if part)
    return title[:1].upper() + title[1:]
