"""What people call the four criteria of an interface."""

from filrouge.explore.user_tests.model import Ipap
from filrouge.kernel.i18n import N_

__all__ = ["IPAP"]

IPAP = {
    Ipap.INTUITIVE: N_("Intuitive"),
    Ipap.PRACTICAL: N_("Practical"),
    Ipap.ACTIONABLE: N_("Actionable"),
    Ipap.PERSONALISABLE: N_("Personalisable"),
}
