"""The complete copy of a workspace in one file: ``filrouge backup`` and ``filrouge restore``."""

from filrouge.flows.backup.restore import RestoreReport, restore_backup
from filrouge.flows.backup.write import BackupReport, verify_backup, write_backup

__all__ = ["BackupReport", "RestoreReport", "restore_backup", "verify_backup", "write_backup"]
