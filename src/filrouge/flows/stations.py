"""What the chapters say of the stations of a product's thread, in words."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from filrouge.explore.canvas.board import canvas_board, canvas_state
from filrouge.explore.canvas.data_sources import DataSource
from filrouge.explore.canvas.model import Canvas
from filrouge.kernel.figures import day
from filrouge.kernel.i18n import _, ngettext
from filrouge.organize.indicators.model import Indicator, main_indicator
from filrouge.organize.story_map.board import story_map
from filrouge.storage.editing import listed
from filrouge.storage.product import Phase
from filrouge.streamline.registry.ledger import Mode, Slot, serving_now
from filrouge.streamline.registry.version import ModelVersion, version_name
from filrouge.thread.kinds import Station
from filrouge.thread.stations import Description, StationState

__all__ = ["describe"]

_BROKEN = StationState.BROKEN


def describe(session: Session, product_id: str, /) -> Mapping[Station, Description]:
    """The stations that there is something to say of."""
    told = {
        Station.CANVAS: _canvas(session, product_id),
        Station.MVP: _mvp(session, product_id),
        Station.DATA: _data(session, product_id),
        Station.INDICATOR: _indicator(session, product_id),
        **_model(session, product_id),
    }
    return {station: description for station, description in told.items() if description is not None}


def _canvas(session: Session, product_id: str) -> Description | None:
    canvases = listed(session, Canvas, product_id)
    if not canvases:
        return None
    signed = [canvas for canvas in canvases if canvas.signed_by]
    shown = signed[-1] if signed else canvases[-1]
    empty = len(canvas_state(shown, canvas_board(session, shown)).missing)
    if empty:
        words = ngettext("{n} box is empty", "{n} boxes are empty", empty).format(n=empty)
        return Description(words, _BROKEN, Phase.CONVERGE)
    if not shown.signed_by:
        return Description(_("filled, not signed yet"))
    return Description(_("signed by {name}").format(name=shown.signed_by))


def _mvp(session: Session, product_id: str) -> Description | None:
    rows = story_map(session, product_id).rows
    if not rows:
        return None
    first = rows[0]
    if first.kpi is None:
        return Description(_("{title}: no KPI").format(title=first.version.title), _BROKEN, Phase.BUILD)
    if first.missing:
        n = len(first.missing)
        words = ngettext("{title}: {n} column is empty", "{title}: {n} columns are empty", n)
        return Description(words.format(title=first.version.title, n=n))
    return Description(first.version.title)


def _data(session: Session, product_id: str) -> Description | None:
    sources = listed(session, DataSource, product_id)
    if not sources:
        return None
    unclassed = sum(source.necessity is None for source in sources)
    if unclassed:
        words = ngettext("{n} source has no class", "{n} sources have no class", unclassed)
        return Description(words.format(n=unclassed), _BROKEN, Phase.CONVERGE)
    n = len(sources)
    return Description(ngettext("{n} source", "{n} sources", n).format(n=n))


def _model(session: Session, product_id: str) -> dict[Station, Description | None]:
    entry = serving_now(session, product_id).get(Slot.CHAMPION)
    if entry is None:
        return {}
    version = session.get(ModelVersion, entry.version_id)
    name = version_name(entry.version_id)
    if version is not None and not (version.hypothesis or version.naive):
        words = _("{version} serves; no hypothesis behind it").format(version=name)
        model = Description(words, _BROKEN, Phase.BUILD)
    else:
        model = Description(_("{version} serves").format(version=name))
    since = day(entry.from_at)
    if entry.mode == Mode.DEGRADED:
        activation = Description(
            _("degraded since {since}: the naive model answers").format(since=since), _BROKEN
        )
    else:
        activation = Description(_("serving since {since}").format(since=since))
    return {Station.MODEL: model, Station.ACTIVATION: activation}


def _indicator(session: Session, product_id: str) -> Description | None:
    main = main_indicator(session, product_id)
    if main is not None:
        if main.measure:
            return Description(main.title)
        return Description(_("{title}: nothing measures it").format(title=main.title), _BROKEN, Phase.LIVE)
    if listed(session, Indicator, product_id):
        return Description(_("no main indicator"), _BROKEN, Phase.BUILD)
    return None
