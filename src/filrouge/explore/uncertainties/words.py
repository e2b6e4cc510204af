"""What people call the words of the register."""

from filrouge.kernel.i18n import N_

__all__ = ["CRITICALITIES", "DOUBTS", "STATES", "TYPES"]

TYPES = {
    "user_experience": N_("user experience"),
    "data": N_("data"),
    "infrastructure": N_("infrastructure"),
}
CRITICALITIES = {"critical": N_("critical"), "major": N_("major"), "minor": N_("minor")}
DOUBTS = {"guess": N_("a guess"), "signs": N_("some signs"), "almost_sure": N_("almost sure")}
STATES = {"open": N_("open"), "lifted": N_("lifted"), "waived": N_("waived")}
