"""What the machine refuses (a full disk, missing rights), as faults a person can mend."""

import errno

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _

__all__ = ["DiskFull", "MachineFault", "NotPermitted", "machine_fault"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class MachineFault(FilrougeError):
    """The operating system refused to read or write."""

    code = "machine.refused"
    status = 503


class DiskFull(MachineFault):
    """There is no room on the disk, or in the quota."""

    code = "machine.disk-full"
    status = 507


class NotPermitted(MachineFault):
    """A file or folder may not be read or written by this user."""

    code = "machine.not-permitted"


def machine_fault(error: OSError) -> MachineFault:
    """The system's error as one that a user can act on.

    Example:
        >>> fault = machine_fault(PermissionError(errno.EACCES, "Permission denied", "/data/scores.csv"))
        >>> fault.code, fault.where
        ('machine.not-permitted', '/data/scores.csv')
    """
    where = str(error.filename2 or error.filename or "")
    why = f"{error.strerror or error}."
    if error.errno in _FULL:
        return DiskFull(_("The disk is full."), where=where, action=_("Free some space and try again."))
    if error.errno in _FORBIDDEN:
        return NotPermitted(why, where=where, action=_("Change its owner or rights, or take another place."))
    return MachineFault(why, where=where, action=_("Check the path and the disk, then try again."))
