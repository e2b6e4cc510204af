"""The words of models and of what serves."""

from filrouge.kernel.i18n import N_

__all__ = ["CHANGES", "SLOTS"]

SLOTS = {"champion": N_("champion"), "challenger": N_("challenger"), "naive": N_("naive")}
CHANGES = {
    "promote": N_("promoted"),
    "rollback": N_("rolled back to"),
    "withdraw": N_("withdrawn"),
    "degrade": N_("degraded mode"),
    "restore": N_("restored"),
}
