"""What people call what becomes of an idea."""

from filrouge.kernel.i18n import N_

__all__ = ["CHOICES"]

CHOICES = {"build": N_("to build"), "wait": N_("waits"), "kill": N_("killed")}
