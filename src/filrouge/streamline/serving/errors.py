"""What can go wrong between a request and its answer."""

from collections.abc import Sequence
from typing import Any

from filrouge.kernel.errors import FilrougeError

__all__ = [
    "BadBody",
    "BadItem",
    "BodyTooLarge",
    "Busy",
    "CannotListen",
    "ModelUnreadable",
    "NoFeatures",
    "NoModel",
    "NoModelLoads",
    "NotServable",
    "NotServed",
    "NothingLogged",
    "NothingToServe",
    "PortInUse",
    "PredictionFailed",
    "ProductRetired",
    "RowsRefused",
    "SourceUnavailable",
    "UnknownPrediction",
    "UnknownRoute",
    "UnsupportedTable",
    "WrongMethod",
]


class BadBody(FilrougeError):
    """The request's body is not what the route takes."""

    code = "serving.bad-body"


class BodyTooLarge(FilrougeError):
    """The request's body is over the limit."""

    code = "serving.body-too-large"
    status = 413


class ProductRetired(FilrougeError):
    """The product is retired: it serves no more."""

    code = "serving.retired"
    status = 409


class RowsRefused(FilrougeError):
    """No row of the request holds to the contract."""

    code = "serving.rows-refused"
    status = 422
    refused: Sequence[Any] = ()
    """The rows with their faults."""


class UnknownPrediction(FilrougeError):
    """A label or feedback names a prediction that was never made."""

    code = "serving.unknown-prediction"
    status = 404


class BadItem(FilrougeError):
    """A label or feedback is not of its form."""

    code = "serving.bad-item"
    status = 422


class UnknownRoute(FilrougeError):
    """Nothing answers at this address."""

    code = "serving.unknown-route"
    status = 404


class WrongMethod(FilrougeError):
    """The route takes another HTTP method."""

    code = "serving.wrong-method"
    status = 405


class NotServed(FilrougeError):
    """This server does not serve the product."""

    code = "serving.not-served"
    status = 404


class NothingToServe(FilrougeError):
    """There is no product with code to serve."""

    code = "serving.nothing"


class NothingLogged(FilrougeError):
    """No prediction was logged that could be looked at."""

    code = "serving.nothing-logged"


class NoModel(FilrougeError):
    """The product has no model that could answer."""

    code = "serving.no-model"
    status = 503


class NoModelLoads(FilrougeError):
    """Versions should serve, and none of them can be loaded: the server does not start."""

    code = "serving.no-model-loads"
    status = 503


class ModelUnreadable(FilrougeError):
    """A version cannot be loaded; what served before goes on."""

    code = "serving.model-unreadable"
    status = 503


class SourceUnavailable(FilrougeError):
    """A necessary source cannot be read and has no fallback."""

    code = "serving.source-unavailable"
    status = 503


class NotServable(FilrougeError):
    """The graph of the product is not one that a server can run."""

    code = "serving.not-servable"


class NoFeatures(FilrougeError):
    """The feature function gave no row for an event."""

    code = "serving.no-features"
    status = 500


class PredictionFailed(FilrougeError):
    """Neither the champion nor the naive model could answer."""

    code = "serving.failed"
    status = 503


class Busy(FilrougeError):
    """More rows wait than the server can answer in time."""

    code = "serving.busy"
    status = 503


class CannotListen(FilrougeError):
    """The address is not one that this machine or this user may listen on."""

    code = "serving.cannot-listen"


class PortInUse(FilrougeError):
    """Another program listens on the port."""

    code = "serving.port-in-use"


class UnsupportedTable(FilrougeError):
    """The file is neither Parquet nor CSV, or cannot be read."""

    code = "serving.table"
