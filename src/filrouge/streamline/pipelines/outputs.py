"""What steps give: frames as Parquet, plain values as JSON, by content. Never pickle."""

import hashlib
from typing import Any

import msgspec

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.artifacts import ArtifactStore

__all__ = ["NotStorable", "Output", "cache_key", "load", "save"]

_INLINE = 2000
_encoder = msgspec.json.Encoder(order="deterministic")


class NotStorable(FilrougeError):
    """A step gave something that is neither a frame nor plain values."""

    code = "run.not-storable"


class Output(msgspec.Struct, frozen=True):
    """Where the output of a step is, and its digest."""

    format: str
    digest: str
    value: str = ""
    rows: int | None = None


def save(store: ArtifactStore, step: str, value: Any) -> tuple[Output, Any]:
    """Store the output of a step.

    Returns:
        Where it is, and the value as the next steps see it: a Polars frame, or what JSON gives back.

    Raises:
        NotStorable: it is neither a frame nor plain values.
    """
    frame = _frame(value)
    if frame is not None:
        with store.writing() as staged:
            frame.write_parquet(staged.path, compression="zstd", compression_level=1, statistics=True)
        return Output("parquet", staged.digest, rows=frame.height), frame
    try:
        text = _encoder.encode(value)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise NotStorable(
            _("The step gave a {type}, which cannot be stored.").format(type=type(value).__name__),
            where=step,
            action=_("Return a frame, or plain values: texts, numbers, lists, dictionaries."),
        ) from error
    plain = None if value is None else msgspec.json.decode(text)
    if len(text) <= _INLINE:
        return Output("inline", hashlib.sha256(text).hexdigest(), text.decode()), plain
    return Output("json", store.put(text)), plain


def load(store: ArtifactStore, output: Any) -> Any:
    """The value of a stored output (an ``Output`` or a row of ``step``).

    Raises:
        MissingArtifact: the file is gone.
        DamagedArtifact: the file was changed.
    """
    if output.format == "parquet":
        import polars as pl

        return pl.read_parquet(store.path(output.digest))
    return msgspec.json.decode(output.value if output.format == "inline" else store.get(output.digest))


def available(store: ArtifactStore, output: Any) -> bool:
    """Whether a recorded output can be loaded: its file is there, and undamaged."""
    return bool(output.format == "inline" or (output.digest and store.sound(output.digest)))


def cache_key(code_version: str, inputs: dict[str, str], params: dict[str, Any], given: list[str]) -> str:
    """One digest of all that an output depends on."""
    told = msgspec.json.Encoder(order="deterministic", enc_hook=repr).encode(
        [code_version, inputs, params, given]
    )
    return hashlib.sha256(told).hexdigest()


def _frame(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return None
    import narwhals as nw

    wrapped = nw.from_native(value, pass_through=True)
    if isinstance(wrapped, nw.LazyFrame):
        wrapped = wrapped.collect(backend="polars")
    return wrapped.to_polars() if isinstance(wrapped, nw.DataFrame) else None
