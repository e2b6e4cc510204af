"""What a monitor found, in words: pure, in the current language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from filrouge.kernel.figures import figure, percent, with_unit
from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.measures.metric_words import metric_word
from filrouge.streamline.monitoring.tables import Alert, Definition
from filrouge.streamline.registry.version import version_name

__all__ = ["Words", "columns_of", "rollback_words", "value_words", "words_of"]

_FIGURES = {"quality": "beyond_reference", "drift": "beyond_chance"}


@dataclass(frozen=True)
class Words:
    """An alert in words.

    Args:
        what: what happened, a sentence.
        unit: what the value is; empty when ``what`` says it.
        value: as people read it; ``limit`` is what it is held against.
        task: what a story about it would be called.
        wish: what a user wants, and where to start.
    """

    what: str
    unit: str
    value: str
    limit: str
    task: str
    wish: str


def value_words(definition: Definition, value: float, *, trim: bool = False) -> str:
    """A value of a monitor, with its unit where it has one; ``trim`` for its threshold.

    Example:
        >>> value_words(Definition(kind="latency", threshold=250), 338.8)
        '339 ms'
    """
    if definition.kind == "quality":
        return percent(value)
    if definition.measure is not None:
        return with_unit(value, definition.measure.unit)
    return f"{value:.0f} ms" if definition.kind == "latency" else figure(value, trim=trim)


def columns_of(definition: Definition, detail: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The columns beyond the threshold, the worst first, with their figures."""
    name = _FIGURES.get(definition.kind, "")
    found = [(column, seen[name]) for column, seen in detail.get("columns", {}).items() if name in seen]
    return sorted((item for item in found if item[1] > definition.threshold), key=lambda item: -item[1])


def words_of(alert: Alert, title: str, definition: Definition, detail: Mapping[str, Any]) -> Words:
    """An alert in words.

    Args:
        title: the monitor's.
        definition: the monitor's.
        detail: what explains the value, of the window that opened the alert.
    """
    evidence = alert.evidence
    value, threshold = evidence["value"], evidence["threshold"]
    columns = columns_of(definition, detail)
    told = {
        "title": title,
        "metric": _sentence(metric_word(definition.metric)),
        "value": value_words(definition, value),
        "limit": value_words(definition, threshold, trim=True),
        "column": columns[0][0] if columns else "",
        **_shares(detail, columns),
    }
    form = definition.kind if columns or definition.kind not in _FIGURES else "other"
    what, task, wish = (_(text).format(**told) for text in _form(form, definition))
    more = len(columns) - 1
    if form == "drift" and more > 0:
        what = what[:-1] + ngettext(
            ", nor does {n} other column.", ", nor do {n} other columns.", more
        ).format(n=more)
    unit = {
        "quality": _("more than usual"),
        "drift": "PSI",
        "latency": _("slowest of 20"),
        "performance": told["metric"],
    }.get(definition.kind, "")
    limit = _("at most {limit}") if definition.worse == "above" else _("at least {limit}")
    return Words(what, unit, told["value"], limit.format(**told), task, wish)


def rollback_words(alert: Alert, version: str, back: str) -> Words:
    """A rollback that a watched promotion came to, in words.

    Args:
        version: id of what was rolled back; empty when the ledger does not tell.
        back: id of what serves again.
    """
    figures = alert.evidence.get("figures", {})
    what, task = alert.title, _("Learn from a rollback")
    if version:
        told = {"version": version_name(version)}
        what = _("{version} was worse than what served before, and was rolled back.").format(**told)
        task = _("Learn from the rollback of {version}").format(**told)
    wish = _("Find out why it was worse, and what let it pass, so that the next one is caught by the gate.")
    others = {name: figures[name] for name in ("replaced", "naive") if name in figures}
    limit = ""
    if others:
        best = max(others, key=lambda name: others[name])
        name = version_name(back) if best == "replaced" and back else _(_OTHERS[best])
        limit = _("{value} for {version}").format(value=figure(others[best]), version=name)
    value = figure(figures["promoted"]) if "promoted" in figures else ""
    return Words(what, metric_word("roc_auc") if value else "", value, limit, task, wish)


def _shares(detail: Mapping[str, Any], columns: list[tuple[str, float]]) -> dict[str, str]:
    if not columns:
        return {"share": "", "usual": ""}
    seen = detail["columns"][columns[0][0]]
    share = seen.get("null_share", 0.0)
    return {"share": percent(share), "usual": percent(max(0.0, share - seen.get("beyond_reference", 0.0)))}


def _form(kind: str, definition: Definition) -> tuple[str, str, str]:
    if kind in ("performance", "indicator"):
        return _FORMS[f"{kind} {definition.worse}"]
    return _FORMS[kind]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


_OTHERS = {"replaced": N_("the one before"), "naive": N_("the naive model")}
_AS_GOOD = N_(
    "As a user, I want advice as good as it was, so that I can go on relying on it. See "
    "where the errors are: which slices, since when; then what the model lacks."
)
_FORMS = {
    "quality": (
        N_("“{column}” is missing in {share} of the rows; {usual} is usual."),
        N_("Bring “{column}” back: it goes missing"),
        N_(
            "As a user, I want advice that does not rest on missing data, so that I can rely on "
            "it. Find out why “{column}” is missing; mend the source, or give it a fallback."
        ),
    ),
    "drift": (
        N_("“{column}” no longer looks like what the model learnt from."),
        N_("Understand the drift of “{column}”"),
        N_(
            "As a user, I want advice that stays right when the world changes, so that I can rely "
            "on it. Find out whether the world changed or the source did; then adapt the "
            "features, the period of training, or the threshold."
        ),
    ),
    "performance below": (
        N_("{metric} fell to {value}."),
        N_("Bring {metric} back above {limit}"),
        _AS_GOOD,
    ),
    "performance above": (
        N_("{metric} rose to {value}."),
        N_("Bring {metric} back below {limit}"),
        _AS_GOOD,
    ),
    "indicator below": (
        N_("“{title}” fell to {value}."),
        N_("Bring “{title}” back above {limit}"),
        _AS_GOOD,
    ),
    "indicator above": (
        N_("“{title}” rose to {value}."),
        N_("Bring “{title}” back below {limit}"),
        _AS_GOOD,
    ),
    "latency": (
        N_("One answer in twenty took {value} or longer."),
        N_("Answer within {limit} again"),
        N_(
            "As a user, I want the answer while I can still act on it. Find out what was slow: "
            "the machine, the features, or the model."
        ),
    ),
    "other": (
        N_("“{title}” reached {value}."),
        N_("Look into “{title}”"),
        N_(
            "As a user, I want advice that I can rely on. Find out what happened."
        ),
    ),
}  # fmt: skip
