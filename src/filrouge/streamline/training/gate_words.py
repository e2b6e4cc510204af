"""What the gate said, in the language of the reader; the records keep its English."""

import re

from filrouge.kernel.figures import figure
from filrouge.kernel.i18n import N_, _
from filrouge.measures.metric_words import metric_word

__all__ = ["gate_words"]

_NUMBER = r"-?\d+\.?\d*"
_AGAINST = rf"(?P<metric>\w+) (?P<ours>{_NUMBER}) against (?P<theirs>{_NUMBER}) \((?P<whose>\w+)\)"
_SHORT = (
    rf"(?P<metric>\w+) (?P<ours>{_NUMBER}) is (?:above|below) what is asked, (?P<limit>{_NUMBER}) "
    rf"\((?P<whose>\w+) (?P<theirs>{_NUMBER})\)"
)
_SLICE = (
    rf"(?P<metric>\w+) of (?P<where>.+) falls by {_NUMBER} "
    rf"\((?P<theirs>{_NUMBER}) → (?P<ours>{_NUMBER})\)"
)
_FEW = rf"(?P<rows>{_NUMBER}) labelled rows; the rule asks (?P<asked>{_NUMBER})"
_FORMS = (
    (_AGAINST, N_("{metric} {ours} against {theirs} ({whose})")),
    (_SHORT, N_("{metric} {ours}, where {limit} is asked ({whose} {theirs})")),
    (_SLICE, N_("{metric} of {where} falls from {theirs} to {ours}")),
    (_FEW, N_("{rows} labelled rows, where {asked} are asked")),
)
_WHOSE = {"champion": N_("champion"), "naive": N_("naive")}


def gate_words(reason: str) -> str:
    """A reason of a verdict of the gate; one of another form is given as it is.

    Example:
        >>> gate_words("roc_auc 0.7904 against 0.7825 (champion)")
        'ROC AUC 0.7904 against 0.7825 (champion)'
        >>> gate_words("Something else")
        'Something else'
    """
    for form, words in _FORMS:
        found = re.fullmatch(form, reason)
        if found is not None:
            return _(words).format(**{name: _word(name, text) for name, text in found.groupdict().items()})
    return reason


def _word(name: str, text: str) -> str:
    if name == "metric":
        return metric_word(text)
    if name == "whose":
        return _(_WHOSE[text]) if text in _WHOSE else text
    return text if name == "where" else figure(float(text), digits=4)
