"""From a workspace to served products."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.eventlog import EventLog
from filrouge.storage.product import Phase, Product, UnknownProduct
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.serving.app import Application
from filrouge.streamline.serving.errors import NothingToServe, ProductRetired
from filrouge.streamline.serving.journal import Journal
from filrouge.streamline.serving.metrics import Metrics
from filrouge.streamline.serving.product_plan import plan_of
from filrouge.streamline.serving.registry_ledger import RegistryLedger
from filrouge.streamline.serving.served import ServedProduct, ServingLimits

__all__ = ["application", "code_folder", "dead_letters", "products_to_serve"]


def products_to_serve(
    workspace: Workspace, wanted: Sequence[str], *, retired: bool = True
) -> dict[str, Path]:
    """The folder of the code of each product: of those that are named, or of all that have code.

    Args:
        retired: whether retired products count.

    Raises:
        ProductRetired: a named product is retired, and does not count.
        UnknownProduct: a name is not a product's.
        NothingToServe: a product has no code, or none has.
    """
    with workspace.reading() as session:
        query = select(Product).where(Product.archived_at.is_(None))
        found = list(session.scalars(query))
    known = {product.id: product.code for product in found}
    gone = set() if retired else {product.id for product in found if product.phase == Phase.RETIRED}
    for name in wanted:
        if name not in known:
            raise UnknownProduct(
                _("There is no product '{name}'.").format(name=name), action=did_you_mean(name, known)
            )
        if name in gone:
            raise _retired(name)
        if not known[name]:
            raise NothingToServe(
                _("The product '{product}' has no code yet.").format(product=name),
                action=_("Run: filrouge new"),
            )
    chosen = {
        name: workspace.root / known[name] for name in wanted or sorted(known.keys() - gone) if known[name]
    }
    if not chosen:
        raise NothingToServe(_("No product has code to serve."), action=_("Make one with: filrouge new"))
    return chosen


def _retired(name: str) -> ProductRetired:
    return ProductRetired(
        _("The product '{name}' is retired: it serves no more.").format(name=name),
        where=f"/products/{name}/retire",
        action=_("If it must, serve it all the same: filrouge serve {name} --force").format(name=name),
    )


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


def application(workspace: Workspace, wanted: Sequence[str] = (), *, retired: bool = False) -> Application:
    """An application that serves products, with their sources read and models loaded.

    Args:
        retired: serve retired products too.

    Raises:
        FilrougeError: a product cannot be served; what, where and what to do.
    """
    settings = workspace.settings.serve
    limits = ServingLimits(settings.timeout_ms, settings.batch_rows, settings.max_body_mb)
    metrics, events = Metrics(), EventLog(workspace)
    served = {}
    for name, folder in products_to_serve(workspace, wanted, retired=retired).items():
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
