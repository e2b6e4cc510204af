"""``ModelVersion``: a trained model with everything that says where it comes from."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.base import Base
from filrouge.thread.links import link
from filrouge.thread.ref import Ref

__all__ = ["ModelVersion", "UnknownVersion", "register", "version_name", "version_named", "versions"]


class UnknownVersion(FilrougeError):
    """No model version has this id."""

    code = "model.unknown-version"
    status = 404


class ModelVersion(Base):
    """One trained version. Its id is ``<product>/<model>/<number>``; rows are never changed."""

    __tablename__ = "model_version"
    __table_args__ = (UniqueConstraint("product_id", "model", "number"),)

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(40), index=True)
    model: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    run_id: Mapped[str] = mapped_column(String(40), index=True)
    """The run of the graph that made its training data."""
    recorder_run: Mapped[str] = mapped_column(String(80), default="")
    recorder_uri: Mapped[str] = mapped_column(String(300), default="")
    """Where the recorder keeps it, such as ``models:/nyc-departures.late_rate/1``."""
    digest: Mapped[str] = mapped_column(String(64))
    """The skops file in the artefact store: what serving loads."""
    trusted: Mapped[list[Any]] = mapped_column(default=list)
    """Types of the product's own code in that file, allowed when it is loaded."""
    target: Mapped[str] = mapped_column(String(60))
    naive: Mapped[bool] = mapped_column(default=False)
    metrics: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """On the validation rows, overall, by metric name."""
    slices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The same by column and value: ``{"carrier": {"AA": {"rows": 900, "roc_auc": 0.7}}}``."""
    contract: Mapped[Any] = mapped_column(JSON, default=dict)
    """The input contract, described: columns, types, ranges, units."""
    features: Mapped[list[Any]] = mapped_column(default=list)
    """``[{"name": …, "dtype": …}]``, in the order that the model expects."""
    dataset: Mapped[str] = mapped_column(String(64))
    """Fingerprint of the training table's content."""
    data_from: Mapped[datetime]
    data_to: Mapped[datetime]
    rows: Mapped[int]
    code_version: Mapped[str] = mapped_column(String(80), default="")
    hypothesis: Mapped[str | None] = mapped_column(String(160))
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    profile: Mapped[str] = mapped_column(String(64), default="")
    """Digest of the reference profile (JSON): distributions of the features and of the score."""
    note: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]

    @property
    def feature_names(self) -> list[str]:
        """The columns that the model reads, in its order."""
        return [feature["name"] for feature in self.features]

    @property
    def name(self) -> str:
        """How people call it."""
        return version_name(self.id)

    @property
    def ref(self) -> Ref:
        """Its address on the thread."""
        return Ref("model_version", self.id)


def register(session: Session, version: ModelVersion) -> ModelVersion:
    """Give a version its number and identifier, write it, and tie it to its run, data and hypothesis.

    Args:
        session: where to write; the caller commits.
        version: product, model, run, digest and the rest; ``id``, ``number``, who and when are set here.
    """
    highest = select(func.max(ModelVersion.number)).where(
        ModelVersion.product_id == version.product_id, ModelVersion.model == version.model
    )
    version.number = (session.scalar(highest) or 0) + 1
    version.id = f"{version.product_id}/{version.model}/{version.number}"
    system = SystemClock()
    version.made_by = session.info.get("actor", "system")
    version.at = session.info.get("clock", system).now()
    version.recorded_at = system.now()
    session.add(version)
    session.flush()
    run = Ref("run", version.run_id)
    if version.hypothesis:
        link(session, version.product_id, Ref.parse(version.hypothesis), "tested_by", run)
    link(session, version.product_id, run, "trained", version.ref)
    link(session, version.product_id, Ref("dataset", version.dataset), "taught", version.ref)
    return version


def version_name(version_id: str) -> str:
    """How people call a version.

    Example:
        >>> version_name("nyc-departures/gradient_boosting/3")
        'gradient_boosting v3'
    """
    parts = version_id.split("/")
    return f"{parts[-2]} v{parts[-1]}" if len(parts) > 2 else version_id


def version_named(session: Session, version_id: str) -> ModelVersion:
    """The version with this id (``nyc-departures/late_rate/1``).

    Raises:
        UnknownVersion: there is none.
    """
    found = session.get(ModelVersion, version_id)
    if found is None:
        known = session.scalars(select(ModelVersion.id)).all()
        raise UnknownVersion(
            _("There is no model version '{version}'.").format(version=version_id),
            action=did_you_mean(version_id, known) or _("Train one with: filrouge train PRODUCT MODEL"),
        )
    return found


def versions(session: Session, product_id: str, model: str | None = None) -> list[ModelVersion]:
    """The versions of a product, oldest first; with ``model``, those of that model."""
    query = select(ModelVersion).where(ModelVersion.product_id == product_id)
    if model is not None:
        query = query.where(ModelVersion.model == model)
    return list(session.scalars(query.order_by(ModelVersion.recorded_at, ModelVersion.number)))
