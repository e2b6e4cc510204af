"""Checking a ``product.yaml`` without a database: what continuous integration runs on a repository."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from filrouge.flows.product_yaml import apply_plan, plan_import, read_document
from filrouge.flows.product_yaml.document import Document
from filrouge.kernel.clock import Clock
from filrouge.kernel.settings import Check, Settings
from filrouge.storage.base import Base
from filrouge.storage.product import product_named
from filrouge.storage.workspace import Workspace
from filrouge.thread.check.engine import Policy, Report, check
from filrouge.thread.check.records import refuse_records
from filrouge.thread.check.rule import Rule
from filrouge.thread.check.sarif import Places
from filrouge.thread.nodes import Nodes
from filrouge.thread.ref import Ref

__all__ = ["check_file"]


def check_file(
    text: str,
    name: str,
    *,
    rules: Sequence[Rule],
    nodes: Nodes,
    policy: Callable[[str], Policy],
    clock: Clock,
    settings: Check | None = None,
) -> tuple[Report, Places]:
    """Check the product that a file describes.

    Rules that read what only a workspace records (runs, versions, predictions) are left out, and the report
    says which.

    Args:
        text: the content of the file.
        name: its path, as the report shall say it.
        rules: all rules there are.
        nodes: everything that a reference may name.
        policy: from a product's id to what is in force for it.
        clock: what says today.
        settings: the section ``[check]``, where there is one.

    Raises:
        ProductYamlError: the text cannot be read (several faults come together as ``Faults``).
    """
    document = read_document(text, name)
    with TemporaryDirectory(prefix="filrouge-check-") as folder:
        workspace = Workspace(Path(folder), Settings(check=settings or Check()), clock)
        try:
            Base.metadata.create_all(workspace.engine)
            with workspace.transaction("file") as session:
                apply_plan(session, plan_import(session, document))
            with workspace.reading() as session:
                refuse_records(session)
                product = product_named(session, document.product.id)
                report = check(session, product, rules, policy(product.id), nodes)
        finally:
            workspace.close()
    return report, Places(name, _lines(document))


def _lines(document: Document) -> dict[Ref, int]:
    return {entry.ref: entry.line for entry in (document.product, *document.all())}
