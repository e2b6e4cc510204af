"""``product.yaml``: a product's artefacts and links as a file, out and in without loss.

The format: ``docs/reference/product-yaml.md``.
"""

from sqlalchemy.orm import Session

from filrouge.flows.product_yaml.apply import apply_plan
from filrouge.flows.product_yaml.document import Document, renamed
from filrouge.flows.product_yaml.plan import ImportConflict, Plan, Step, plan_import
from filrouge.flows.product_yaml.reader import ProductYamlError, read_document
from filrouge.flows.product_yaml.snapshot import snapshot
from filrouge.flows.product_yaml.writer import write_document

__all__ = [
    "Document",
    "ImportConflict",
    "Plan",
    "ProductYamlError",
    "Step",
    "apply_plan",
    "export_product",
    "import_product",
    "plan_import",
    "read_document",
    "renamed",
    "snapshot",
    "write_document",
]


def export_product(session: Session, product_id: str) -> str:
    """The product as the text of ``product.yaml``.

    Raises:
        UnknownProduct: there is no such product.
    """
    return write_document(snapshot(session, product_id))


def import_product(
    session: Session, text: str, *, name: str = "product.yaml", prune: bool = False, as_product: str = ""
) -> Plan:
    """Read, plan and apply in one go; the caller's transaction makes it all or nothing.

    Args:
        session: a writing session.
        text: the content of the file.
        name: what faults call the file.
        prune: archive what the file no longer holds.
        as_product: import as another product, with ids of its own.

    Raises:
        ProductYamlError: the text cannot be read (several faults come together as ``Faults``).
        ImportConflict: the file and the workspace changed the same thing.
    """
    document = read_document(text, name)
    if as_product:
        document = renamed(document, as_product)
    plan = plan_import(session, document, prune=prune)
    apply_plan(session, plan)
    return plan
