"""What the fields of a canvas and their values are called on pages and on paper."""

from filrouge.explore.canvas.boxes import BOXES, Box
from filrouge.explore.canvas.data_sources import STOP
from filrouge.explore.canvas.renewal import renewal_words
from filrouge.kernel.i18n import N_, _

__all__ = [
    "AVAILABILITY",
    "CAPACITIES",
    "FIELDS",
    "FREQUENCIES",
    "HOWS",
    "MODES",
    "NECESSITY",
    "PERSONAL",
    "VECTORS",
    "box_title",
    "word_for",
]

NECESSITY = {"necessary": N_("necessary"), "important": N_("important"), "secondary": N_("secondary")}
AVAILABILITY = {
    "at_hand": N_("at hand"),
    "to_acquire": N_("to acquire"),
    "unavailable": N_("unavailable"),
}
PERSONAL = {"yes": N_("personal data"), "no": N_("no personal data")}
VECTORS = {
    "existing_tool": N_("existing tool"),
    "new_interface": N_("new interface"),
    "api": N_("API"),
    "email": N_("e-mail"),
    "other": N_("other"),
}
FREQUENCIES = {
    "real_time": N_("real time"),
    "on_demand": N_("on demand"),
    "hourly": N_("hourly"),
    "daily": N_("daily"),
    "weekly": N_("weekly"),
    "monthly": N_("monthly"),
}
CAPACITIES = {
    "business_owner": N_("business owner"),
    "sponsor": N_("sponsor"),
    "user": N_("user"),
    "product_manager": N_("product manager"),
    "other": N_("another capacity"),
}
MODES = {"notes": N_("Notes"), "texts": N_("One text per box")}
FIELDS = {
    "vector": N_("Vector"),
    "frequency": N_("Frequency"),
    "environment_differences": N_("Differences with training"),
    "constraints": N_("Constraints"),
    "adaptations": N_("Adaptations"),
    "meaning": N_("Meaning"),
    "necessity": N_("Class"),
    "availability": N_("Availability"),
    "fallback": N_("Without it"),
    "access_owner": N_("Access granted by"),
    "refresh": N_("Refresh"),
    "personal_data": N_("Personal data"),
}
HOWS = {
    "added": N_("added"),
    "removed": N_("removed"),
    "changed": N_("changed"),
    "moved": N_("moved"),
    "reordered": N_("in another order"),
}
_VALUES = {
    "necessity": NECESSITY,
    "availability": AVAILABILITY,
    "vector": VECTORS,
    "frequency": FREQUENCIES,
    "personal_data": PERSONAL,
    "fallback": {STOP: N_("stop")},
}
_TITLES = {spec.box: spec.title for spec in BOXES}


def word_for(field: str, value: str) -> str:
    """A value as people say it; any other text stays as it is.

    Example:
        >>> word_for("availability", "at_hand"), word_for("fallback", "stop")
        ('at hand', 'stop')
    """
    if field == "refresh":
        return renewal_words(value)
    return _(_VALUES.get(field, {}).get(value, "")) or value


def box_title(box: Box | None) -> str:
    """What a box is called; none is the title of the canvas."""
    return _(_TITLES[box]) if box else _("Title of the canvas")
