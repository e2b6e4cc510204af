"""The door: each row of a request is held to the event source's contract; the good ones pass (STR-14)."""

from datetime import datetime
from typing import Any

import msgspec

from filrouge.kernel.clock import as_utc
from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import _
from filrouge.streamline.pipelines.contract import Contract
from filrouge.streamline.pipelines.row_check import Refusal, check_rows, row_type
from filrouge.streamline.serving.errors import BadBody
from filrouge.streamline.serving.plan import ServingPlan

__all__ = ["Admitted", "Door", "refuse_old"]


_OPTIONS = {"rows", "explain", "request_id"}


class Admitted(msgspec.Struct):
    """What of a request was let in."""

    rows: list[Any]
    """Instances of the contract."""
    places: list[int]
    """Place of each of them in the request."""
    refused: list[Refusal] = []
    """Each fault of the other rows."""
    explain: bool = False
    request_id: str = ""


class Door:
    """Checks requests against a contract, compiled once.

    The common case, a well-formed body, is decoded and checked in one pass in C. Only when that
    fails are the rows looked at one by one, and the columns of a bad row one by one.

    Example:
        >>> class Event(Contract):
        ...     origin: str
        ...     hour: int
        >>> door = Door(Event)
        >>> len(door.admit(b'{"rows": [{"origin": "JFK", "hour": 7}]}').rows)
        1
        >>> door.admit(b'{"origin": "JFK", "hour": "x"}').refused[0].message
        'must be int'
    """

    def __init__(self, contract: type[Contract]) -> None:
        self.contract = contract
        whole, single = row_type(contract)
        fields: list[Any] = [("rows", whole), ("explain", bool, False), ("request_id", str, "")]
        body = msgspec.defstruct("Body", fields, forbid_unknown_fields=True)
        self._decode_rows = msgspec.json.Decoder(body).decode
        self._decode_row = msgspec.json.Decoder(single).decode

    def admit(self, body: bytes, *, explain: bool = False, request_id: str = "") -> Admitted:
        """Check a request's body: ``{"rows": […]}`` with options, or one row by itself.

        Raises:
            BadBody: it is not JSON, or not of that form.
        """
        try:
            if b'"rows"' not in body:
                return Admitted([self._decode_row(body)], [0], [], explain, request_id)
            good: Any = self._decode_rows(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._sort(_parsed(body), explain, request_id)
        places = list(range(len(good.rows)))
        return Admitted(good.rows, places, [], good.explain or explain, good.request_id or request_id)

    def _sort(self, value: Any, explain: bool, request_id: str) -> Admitted:
        rows: Any = [value]
        if isinstance(value, dict) and "rows" in value:
            rows = value["rows"]
            for name in value.keys() - _OPTIONS:
                action = did_you_mean(name, _OPTIONS)
                raise BadBody(_("There is no option '{name}'.").format(name=name), where=name, action=action)
            explain = _option(value, "explain", bool, explain)
            request_id = _option(value, "request_id", str, request_id)
        if not isinstance(rows, list):
            raise BadBody(
                _("'rows' is not a list."), action=_('Send {"rows": [{…}, …]}, or one row as an object.')
            )
        good, refused = check_rows(self.contract, rows)
        bad = {each.row for each in refused}
        places = [place for place in range(len(rows)) if place not in bad]
        return Admitted(good, places, refused, explain, request_id)


def refuse_old(admitted: Admitted, plan: ServingPlan, now: datetime) -> None:
    """Refuse rows of events that are older than the past that is kept: their features would be wrong."""
    if plan.time not in plan.schema or not any(source.known_at for source in plan.sources):
        return
    oldest = now - plan.past
    old = [place for place, row in enumerate(admitted.rows) if as_utc(getattr(row, plan.time)) < oldest]
    for place in old:
        admitted.refused.append(
            Refusal(
                row=admitted.places[place],
                column=plan.time,
                value=str(getattr(admitted.rows[place], plan.time)),
                rule="too-old",
                message=_(
                    "must not be before {oldest:%Y-%m-%d %H:%M} UTC, "
                    "which is as far back as the server keeps the past; use filrouge predict"
                ).format(oldest=oldest),
            )
        )
    if old:
        gone = set(old)
        admitted.rows = [row for place, row in enumerate(admitted.rows) if place not in gone]
        admitted.places = [at for place, at in enumerate(admitted.places) if place not in gone]


def _parsed(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBody(
            _("The body is not JSON."),
            why=str(error),
            action=_('Send {"rows": [{…}, …]}, or one row as an object.'),
        ) from error


def _option(body: dict[str, Any], name: str, kind: type[Any], default: Any) -> Any:
    value = body.get(name, default)
    if not isinstance(value, kind):
        truth = kind is bool
        what = _("'{name}' is not true or false.") if truth else _("'{name}' is not a text.")
        raise BadBody(
            what.format(name=name),
            where=name,
            action=_("Send true or false, or leave it out.") if truth else _("Send a text, or leave it out."),
        )
    return value
