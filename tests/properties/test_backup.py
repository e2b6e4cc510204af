"""Whatever people write, a backup brings it back."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from filrouge.bootstrap import HEAD, init_workspace, metadata, migrate, open_workspace
from filrouge.flows.backup import restore_backup, write_backup
from filrouge.flows.product_yaml import export_product, import_product
from filrouge.flows.product_yaml.document import Document
from filrouge.flows.product_yaml.writer import write_document

from .test_product_yaml import QUICK, documents


@given(documents())
@settings(max_examples=8, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
def test_a_random_workspace_comes_back_as_it_was(document: Document):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = init_workspace(folder / "ws")
        with workspace.transaction("ana") as session:
            import_product(session, write_document(document))
        with workspace.reading() as session:
            before = export_product(session, "p-1")
        write_backup(workspace, folder / "b.tar.zst", revision=HEAD, version="0.1.0")
        restore_backup(
            folder / "b.tar.zst", folder / "again", revision=HEAD, models=metadata, migrate=migrate
        )
        restored = open_workspace(folder / "again")
        with restored.reading() as session:
            assert export_product(session, "p-1") == before
        workspace.close()
        restored.close()
