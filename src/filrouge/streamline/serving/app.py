"""The ASGI application: a router of nine routes, JSON in and out, errors as problem details."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.streamline.pipelines.contract import describe
from filrouge.streamline.serving.errors import NotServed, RowsRefused, UnknownRoute, WrongMethod
from filrouge.streamline.serving.http import (
    TEXT,
    Receive,
    Response,
    Scope,
    Send,
    problem,
    read_body,
    reply,
)
from filrouge.streamline.serving.metrics import Metrics
from filrouge.streamline.serving.returns import Feedback, Label, Returned, take
from filrouge.streamline.serving.served import ServedProduct

__all__ = ["Application"]

_log = logging.getLogger(__name__)
_YES = frozenset({"1", "true", "yes"})

Handler = Callable[[ServedProduct, bytes, dict[str, str]], Awaitable[Response]]


class ServerFault(FilrougeError):
    """A fault of the server itself; its log has the details."""

    code = "serving.internal"
    status = 500


class Application:
    """Serves products by name.

    Args:
        products: by id.
        metrics: shared by all of them.
        max_body: bytes of a request's body.
        poll_s: machine seconds between two looks at the ledger and the sources.
    """

    def __init__(
        self,
        products: Mapping[str, ServedProduct],
        *,
        metrics: Metrics,
        max_body: int = 16 << 20,
        poll_s: float = 0.5,
    ) -> None:
        self.products, self.metrics = dict(products), metrics
        self._max_body, self._poll_s = max_body, poll_s
        self._poller: asyncio.Task[None] | None = None
        self._reload = asyncio.Event()
        self._routes: dict[str, tuple[str, Handler]] = {
            "predictions": ("POST", _predictions),
            "labels": ("POST", _labels),
            "feedback": ("POST", _feedback),
            "contract": ("GET", _contract),
            "serving": ("GET", _serving),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            response = await self._answer(scope, receive)
            headers = [(b"content-type", response.type), (b"content-length", b"%d" % len(response.body))]
            if response.status in (413, 503):  # the body was not read, or the client should come back
                headers.append(
                    (b"connection", b"close") if response.status == 413 else (b"retry-after", b"1")
                )
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            await send({"type": "http.response.body", "body": response.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        started = time.perf_counter()
        parts = scope["path"].strip("/").split("/")
        try:
            response = await self._dispatch(scope, receive, parts)
        except RowsRefused as error:
            response = problem(error, refused=error.refused)
        except FilrougeError as error:
            response = problem(error)
        except Exception:  # noqa: BLE001  (a client gets an answer, whatever happens; the log the traceback)
            _log.exception("%s %s", scope["method"], scope["path"])
            response = problem(ServerFault(_("The server failed on this request."), action=_("See its log.")))
        if len(parts) == 3 and parts[1] in self.products:
            self.metrics.count(
                "requests_total", product=parts[1], route=parts[2], status=str(response.status)
            )
            self.metrics.observe(
                "request_seconds", time.perf_counter() - started, product=parts[1], route=parts[2]
            )
        return response

    async def _dispatch(self, scope: Scope, receive: Receive, parts: list[str]) -> Response:
        if len(parts) == 1 and parts[0] in ("health", "ready", "metrics"):
            _method(scope, "GET")
            return {"health": self._health, "ready": self._ready, "metrics": self._metrics}[parts[0]]()
        if len(parts) != 3 or parts[0] != "v1" or parts[2] not in self._routes:
            known = [*(f"/v1/{{product}}/{name}" for name in self._routes), "/health", "/ready", "/metrics"]
            raise UnknownRoute(
                _("Nothing answers at '{path}'.").format(path=scope["path"]),
                action=did_you_mean(scope["path"], known),
            )
        if parts[1] not in self.products:
            raise NotServed(
                _("This server does not serve '{product}'.").format(product=parts[1]),
                action=did_you_mean(parts[1], self.products),
            )
        method, handler = self._routes[parts[2]]
        _method(scope, method)
        body = await read_body(scope, receive, self._max_body) if method == "POST" else b""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"))) if scope["query_string"] else {}
        return await handler(self.products[parts[1]], body, query)

    def _health(self) -> Response:
        return reply({"status": "alive", "products": sorted(self.products)})

    def _ready(self) -> Response:
        faults = [fault for served in self.products.values() for fault in served.faults()]
        state = {
            name: {"degraded": served.degraded(), "slots": served.state()["slots"]}
            for name, served in self.products.items()
        }
        if faults:
            return problem(faults[0] if len(faults) == 1 else Faults(faults), products=state)
        return reply({"status": "ready", "products": state})

    def _metrics(self) -> Response:
        for name in ("slot_info", "source_age_seconds", "source_degraded", "breaker_open"):
            self.metrics.forget(name)
        for product, served in self.products.items():
            for slot, loaded in served.models.current.items():
                self.metrics.gauge("slot_info", 1, product=product, slot=slot, version=loaded.entry.version)
            for source, store in served.stores.items():
                labels = {"product": product, "source": source}
                self.metrics.gauge("source_degraded", bool(store.degraded), **labels)
                if store.age is not None:
                    self.metrics.gauge("source_age_seconds", store.age.total_seconds(), **labels)
            self.metrics.gauge("breaker_open", served.scoring.breaker.open, product=product)
        return Response(self.metrics.text().encode(), type=TEXT)

    def reload(self) -> None:
        """Look at the ledger now, and try again what could not be loaded (SIGHUP)."""
        self._reload.set()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._poller = asyncio.create_task(self._poll())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._poller is not None:
                    self._poller.cancel()
                for served in self.products.values():
                    await served.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _poll(self) -> None:
        """Follow the ledger and the sources, beside the requests."""
        while True:
            try:
                await asyncio.wait_for(self._reload.wait(), self._poll_s)
            except TimeoutError:
                forced = False
            else:
                forced = True
                self._reload.clear()
            for served in self.products.values():
                try:
                    await asyncio.to_thread(served.refresh, force=forced)
                except Exception as error:  # noqa: BLE001  (a locked database must not stop the watch)
                    _log.warning("%s: cannot follow the ledger: %s", served.plan.product, error)


def _method(scope: Scope, wanted: str) -> None:
    if scope["method"] != wanted:
        raise WrongMethod(
            _("'{path}' does not take {method}.").format(path=scope["path"], method=scope["method"]),
            action=_("Use {method}.").format(method=wanted),
        )


async def _predictions(served: ServedProduct, body: bytes, query: dict[str, str]) -> Response:
    explain = query.get("explain", "").lower() in _YES
    return reply(await served.predict(body, explain=explain, request_id=query.get("request_id", "")))


async def _labels(served: ServedProduct, body: bytes, _query: dict[str, str]) -> Response:
    returned = await asyncio.to_thread(_take_labels, served, body)
    if returned.items:
        await asyncio.to_thread(served.labelled, returned.items)
    return _returned(len(returned.items), returned.refused)


def _take_labels(served: ServedProduct, body: bytes) -> Returned[Label]:
    return take(body, "labels", Label, served.predicted, served.clock.now(), served.plan.label)


async def _feedback(served: ServedProduct, body: bytes, _query: dict[str, str]) -> Response:
    returned = await asyncio.to_thread(take, body, "feedback", Feedback, served.predicted, served.clock.now())
    if returned.items:
        await asyncio.to_thread(served.log.feedback, returned.items)
    return _returned(len(returned.items), returned.refused)


def _returned(written: int, refused: list[dict[str, Any]]) -> Response:
    status = 422 if refused and not written else 200
    return reply({"written": written, "refused": refused}, status)


async def _contract(served: ServedProduct, _body: bytes, _query: dict[str, str]) -> Response:
    plan = served.plan
    return reply({"product": plan.product, "event": plan.event, "columns": describe(plan.contract)})


async def _serving(served: ServedProduct, _body: bytes, _query: dict[str, str]) -> Response:
    return reply(served.state())
