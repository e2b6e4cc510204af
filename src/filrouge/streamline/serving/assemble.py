"""From a workspace to served products."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from filrouge.kernel.errors import did_you_mean
from filrouge.storage.eventlog import EventLog
from filrouge.storage.product import Product, UnknownProduct
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.serving.app import Application
from filrouge.streamline.serving.errors import NothingToServe
from filrouge.streamline.serving.journal import Journal
from filrouge.streamline.serving.metrics import Metrics
from filrouge.streamline.serving.product_plan import plan_of
from filrouge.streamline.serving.registry_ledger import RegistryLedger
from filrouge.streamline.serving.served import ServedProduct, ServingLimits

__all__ = ["application", "code_folder", "dead_letters", "products_to_serve"]


def products_to_serve(workspace: Workspace, wanted: Sequence[str]) -> dict[str, Path]:
    """The folder of the code of each product: of those that are named, or of all that have code.

    Raises:
        UnknownProduct: a name is not a product's.
        NothingToServe: a product has no code, or none has.
    """
    with workspace.reading() as session:
        query = select(Product).where(Product.archived_at.is_(None))
        known = {product.id: product.code for product in session.scalars(query)}
    for name in wanted:
        if name not in known:
            raise UnknownProduct(f"There is no product '{name}'.", action=did_you_mean(name, known))
        if not known[name]:
            raise NothingToServe(f"The product '{name}' has no code yet.", action="Run: filrouge new")
    chosen = {name: workspace.root / known[name] for name in wanted or known if known[name]}
    if not chosen:
        raise NothingToServe("No product has code to serve.", action="Make one with: filrouge new")
    return chosen


def code_folder(workspace: Workspace, product: str) -> Path:
    """The folder of a product's package.

    Raises:
        UnknownProduct: there is no such product.
        NothingToServe: it has no code.
    """
    return products_to_serve(workspace, [product])[product]


def dead_letters(workspace: Workspace, product: str) -> Path:
    """The file that keeps a product's refused rows."""
    return workspace.log_folder / "refused" / f"{product}.jsonl"


def application(workspace: Workspace, wanted: Sequence[str] = ()) -> Application:
    """An application that serves products, with their sources read and models loaded.

    Raises:
        FilrougeError: a product cannot be served; what, where and what to do.
    """
    settings = workspace.settings.serve
    limits = ServingLimits(settings.timeout_ms, settings.batch_rows, settings.max_body_mb)
    metrics, events = Metrics(), EventLog(workspace)
    served = {}
    for name, folder in products_to_serve(workspace, wanted).items():
        product = ServedProduct(
            plan_of(name, ProductCode.load(folder)),
            RegistryLedger(workspace, name),
            Journal(events, name, durable=workspace.settings.log.durability == "disk"),
            clock=workspace.clock,
            dead_letters=dead_letters(workspace, name),
            limits=limits,
            metrics=metrics,
        )
        product.start()
        served[name] = product
    return Application(served, metrics=metrics, max_body=int(settings.max_body_mb * 2**20))
