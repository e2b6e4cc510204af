"""Model files: written and read with skops, which runs no code that is not on a list.

What may be inside: the types that skops trusts, the few scikit-learn types below that it does not
know, and classes of the product's own package, which are recorded with the version when it is made.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from filrouge.kernel.errors import FilrougeError, require_extra
from filrouge.kernel.i18n import _

__all__ = ["SAFE_TYPES", "UntrustedModel", "read_model", "trusted_types", "write_model"]

SAFE_TYPES = frozenset(
    {
        # Plain containers of arrays: their state is numbers, and reading it calls nothing else.
        "filrouge.streamline.estimators.group_rate.GroupRate",
        "lightgbm.basic.Booster",
        "lightgbm.sklearn.LGBMClassifier",
        "lightgbm.sklearn.LGBMRegressor",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.tree._tree.Tree",
    }
)


class UntrustedModel(FilrougeError):
    """A model file holds types that nobody declared safe."""

    code = "model.untrusted-type"


def write_model(estimator: Any, package: str) -> tuple[bytes, list[str]]:
    """The model as skops bytes, and the types of the product's own code in it.

    Args:
        estimator: a fitted estimator.
        package: import name of the product's package; its classes may be part of the model.

    Raises:
        UntrustedModel: the model holds types of other packages that are not known to be safe.
        MissingExtra: skops is not installed.
    """
    require_extra("skops", "build")
    import skops.io

    content: bytes = skops.io.dumps(estimator)
    unknown = _unknown(content)
    own = [name for name in unknown if name.partition(".")[0] == package]
    _refuse(set(unknown) - set(own) - SAFE_TYPES)
    return content, sorted(own)


def read_model(content: bytes, trusted: Sequence[str] = (), *, where: str = "") -> Any:
    """The estimator in skops bytes.

    Args:
        content: what ``write_model`` gave.
        trusted: types of the product's own code that were recorded with the version.
        where: what to name in an error.

    Raises:
        UntrustedModel: the file holds other types, or is not a model file.
        MissingExtra: skops is not installed.
    """
    require_extra("skops", "build")
    import skops.io

    unknown = _unknown(content, where)
    _refuse(set(unknown) - set(trusted) - SAFE_TYPES, where)
    return skops.io.loads(content, trusted=unknown)


def trusted_types(estimator: Any) -> list[str]:
    """The types in an estimator at hand that a reader of its skops file must be told to trust."""
    import skops.io

    return _unknown(skops.io.dumps(estimator))


def _unknown(content: bytes, where: str = "") -> list[str]:
    import zipfile

    import skops.io

    try:
        names: list[str] = skops.io.get_untrusted_types(data=content)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise UntrustedModel(_("This is not a skops model file."), where=where, why=str(error)) from error
    return names


def _refuse(names: Iterable[str], where: str = "") -> None:
    if refused := sorted(names):
        raise UntrustedModel(
            _("The model holds types that are not known to be safe: {types}.").format(
                types=", ".join(refused)
            ),
            where=where,
            action=_("Build the model from scikit-learn's estimators or the product's own classes."),
        )
