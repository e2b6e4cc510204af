"""A product's package, imported from its folder, with its graph and its code version."""

import importlib
import importlib.util
import pkgutil
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.graph import Graph, build_graph

__all__ = ["CodeImportFailed", "NoProductCode", "ProductCode"]

_LOCK = threading.RLock()
_NOT_IMPORTED = {"__main__", "conftest"}


class NoProductCode(FilrougeError):
    """The folder holds no Python package, or the product names no folder."""

    code = "code.none"
    status = 404


class CodeImportFailed(FilrougeError):
    """A module of the product cannot be imported."""

    code = "code.import-failed"


@dataclass(frozen=True)
class ProductCode:
    """The imported package of a product. Loading it again takes the files as they are now."""

    folder: Path
    package: ModuleType
    modules: tuple[ModuleType, ...]

    @classmethod
    def of(cls, workspace: Workspace, product_id: str) -> "ProductCode":
        """Import the package of a product of the workspace.

        Raises:
            UnknownProduct: there is no such product.
            NoProductCode: it has no code.
            CodeImportFailed: modules that cannot be imported.
        """
        with closing(workspace.direct()) as database:
            row = database.execute("SELECT code FROM product WHERE id = ?", (product_id,)).fetchone()
        if row is None:
            from filrouge.storage.product import product_named

            with workspace.reading() as session:
                row = (product_named(session, product_id).code,)
        if not row[0]:
            raise NoProductCode(
                _("The product '{product}' has no code yet.").format(product=product_id),
                action=_("Make it from a template: filrouge new {product}").format(product=product_id),
            )
        return cls.load(workspace.root / row[0])

    @classmethod
    def load(cls, folder: Path) -> "ProductCode":
        """Import the package in ``folder``, or the only one in ``folder/src`` or ``folder``.

        The folder does not enter ``sys.path``. The package keeps its name, unless another module has
        it: then it gets a name of its own and must import itself relatively (``from .features import …``).

        Raises:
            NoProductCode: there is no package.
            CodeImportFailed: modules that cannot be imported, all together, each with file and line.
        """
        root = _package_folder(folder)
        with _LOCK:
            name = _free_name(root)
            _forget(name)
            importlib.invalidate_caches()
            previous, sys.dont_write_bytecode = sys.dont_write_bytecode, True
            try:
                modules = _imported(name, root)
            except FilrougeError:
                _forget(name)
                raise
            finally:
                sys.dont_write_bytecode = previous
        return cls(folder, modules[0], modules)

    @cached_property
    def graph(self) -> Graph:
        """The steps, wired.

        Raises:
            Faults: every mistake of the graph.
        """
        return build_graph(self.modules, package=self.package.__name__)

    @property
    def code_version(self) -> str:
        """One digest for the code of all steps."""
        return self.graph.code_version


def _package_folder(folder: Path) -> Path:
    folder = folder.resolve()
    if (folder / "__init__.py").exists():
        return folder
    for place in (folder / "src", folder):
        found = [
            init.parent
            for init in sorted(place.glob("*/__init__.py"))
            if init.parent.name not in {"tests", "docs", "notebooks"}
        ]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(path.name for path in found)
            raise NoProductCode(
                _("Several packages are in '{place}': {names}.").format(place=place, names=names),
                action=_("Give the folder of one of them."),
            )
    raise NoProductCode(
        _("There is no Python package in '{folder}'.").format(folder=folder),
        action=_("Make one with: filrouge new, or give the folder that holds its __init__.py"),
    )


def _free_name(root: Path) -> str:
    """The package's own name when it is free or ours already, else one that no other module has."""
    name = root.name
    loaded = sys.modules.get(name)
    origin = getattr(loaded, "__file__", None)
    if loaded is None:
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            spec = None
        if spec is None:
            return name
        origin = spec.origin
    if origin and Path(origin).resolve() == (root / "__init__.py"):
        return name
    return f"{name}_{sha256(str(root).encode()).hexdigest()[:8]}"


def _forget(name: str) -> None:
    for module in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
        del sys.modules[module]


def _imported(name: str, root: Path) -> tuple[ModuleType, ...]:
    spec = importlib.util.spec_from_file_location(
        name, root / "__init__.py", submodule_search_locations=[str(root)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    try:
        spec.loader.exec_module(package)
    except (Exception, SystemExit) as error:  # the user's code may raise anything
        raise _failure(error, root, name) from error
    modules: list[ModuleType] = [package]
    faults: list[FilrougeError] = []
    for child in _module_names(name, root):
        try:
            modules.append(importlib.import_module(child))
        except (Exception, SystemExit) as error:  # noqa: BLE001  (the user's code may raise anything)
            fault = _failure(error, root, child)
            if fault.where not in {known.where for known in faults}:
                faults.append(fault)
    Faults.raise_if_any(faults)
    return tuple(modules)


def _module_names(name: str, root: Path) -> Iterator[str]:
    for info in pkgutil.iter_modules([str(root)]):
        if info.name in _NOT_IMPORTED or info.name.startswith("test"):
            continue
        yield f"{name}.{info.name}"
        if info.ispkg:
            yield from _module_names(f"{name}.{info.name}", root / info.name)


def _failure(error: BaseException, root: Path, module: str) -> CodeImportFailed:
    """The fault at the place in the product's own files where it happened."""
    where = module
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{error.filename}:{error.lineno}"
    else:
        ours = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).is_relative_to(root)
        ]
        if ours:
            where = f"{ours[-1].filename}:{ours[-1].lineno}"
    action = _("Mend the line and try again.")
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.partition(".")[0]
        action = _("Install it (pip install {package}) or mend the import.").format(package=package)
    return CodeImportFailed(
        _("The product's code cannot be imported."),
        where=where,
        why=f"{type(error).__name__}: {error}",
        action=action,
    )
