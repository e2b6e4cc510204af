"""The names of metrics, as people say them."""

from filrouge.kernel.i18n import N_, _

__all__ = ["metric_word"]

_WORDS = {
    "accuracy": N_("accuracy"),
    "log_loss": N_("log loss"),
    "mae": N_("mean absolute error"),
    "rmse": N_("root mean square error"),
    "roc_auc": N_("ROC AUC"),
    "average_precision": N_("average precision"),
    "brier": N_("Brier score"),
    "precision": N_("precision"),
    "recall": N_("recall"),
}


def metric_word(name: str) -> str:
    """The name of a metric for a sentence; an unknown one stands as it is.

    Example:
        >>> metric_word("roc_auc"), metric_word("f1")
        ('ROC AUC', 'f1')
    """
    return _(_WORDS[name]) if name in _WORDS else name
