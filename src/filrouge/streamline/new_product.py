"""``filrouge new``: a package from the template, and the product in the workspace (STR-2)."""

from pathlib import Path
from tempfile import TemporaryDirectory

from filrouge.kernel.errors import FilrougeError, did_you_mean, require_extra
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import slugify
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace

__all__ = ["TEMPLATES", "CannotCreate", "new_product", "write_template"]

FOLDER = Path(__file__).parent / "template"
TEMPLATES = ("blank", "nyc-departures")


class CannotCreate(FilrougeError):
    """The product cannot be made: its name, folder or template does not do."""

    code = "product.cannot-create"


def new_product(
    workspace: Workspace,
    title: str,
    *,
    template: str = "blank",
    folder: Path | None = None,
    actor: str = "system",
) -> str:
    """Write the package, and the product with its code folder; gives the product's id.

    Args:
        workspace: where the product lives.
        title: what people call it; its id is made from it.
        template: one of ``TEMPLATES``.
        folder: where the package goes; a folder of the product's name in the workspace by default.
        actor: who the history names.

    Raises:
        CannotCreate: the name gives no id, is taken, or the folder is not empty.
        MissingExtra: Copier is not installed.
    """
    product_id = slugify(title)
    if not product_id or not product_id[0].isalpha() or len(product_id) > 40:
        raise CannotCreate(
            _("'{title}' does not make an identifier.").format(title=title),
            action=_("Take at most 40 letters, a letter first."),
        )
    target = (workspace.root / (folder or product_id)).resolve()
    with workspace.transaction(actor) as session:
        found = session.get(Product, product_id)
        if found is not None and found.code:
            raise CannotCreate(
                _("The product '{product}' has its code already.").format(product=product_id),
                where=found.code,
                action=_("Take another name."),
            )
        write_template(target, product_id, title, template)
        inside = target.is_relative_to(workspace.root)
        code = target.relative_to(workspace.root).as_posix() if inside else str(target)
        if found is None:
            session.add(Product(id=product_id, title=title, code=code))
        else:
            found.code = code  # the product was described before it had code
    return product_id


def write_template(target: Path, product_id: str, title: str, template: str) -> None:
    """Write the package of a template into a new or empty folder: all of it or nothing.

    Raises:
        CannotCreate: the template is unknown, or the folder is not empty.
        MissingExtra: Copier is not installed.
    """
    if template not in TEMPLATES:
        raise CannotCreate(
            _("There is no template '{template}'.").format(template=template),
            action=did_you_mean(template, TEMPLATES),
        )
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise CannotCreate(
            _("The place is not empty; nothing was written."),
            where=str(target),
            action=_("Name another folder with --folder."),
        )
    require_extra("copier", "build")
    import copier

    answers = {"template": template, "product": product_id, "title": title}
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(
        prefix=f".{target.name}-", dir=target.parent, ignore_cleanup_errors=True
    ) as aside:
        copier.run_copy(str(FOLDER), Path(aside) / "new", data=answers, defaults=True, quiet=True)
        (Path(aside) / "new").replace(target)
