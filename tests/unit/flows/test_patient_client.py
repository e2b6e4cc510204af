import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from filrouge.flows.patient_client import PatientClient, ReplayRefused


class Handler(BaseHTTPRequestHandler):
    """Says which path was asked; a proxy's page, or a list, for some."""

    def do_GET(self) -> None:
        answers = {"/page": b"<h1>Welcome</h1>", "/list": b"[1]"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answers.get(self.path) or b'{"path": "%s"}' % self.path.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("end", ["", "/", "/models", "/models/"])
def test_a_path_of_the_address_is_kept(url: str, end: str):
    assert PatientClient(url + end, 1).get("/v1/x") == {"path": f"{end.rstrip('/')}/v1/x"}


@pytest.mark.parametrize("path", ["/page", "/list"])
def test_something_else_than_a_model_server_is_said(url: str, path: str):
    with pytest.raises(ReplayRefused, match="JSON") as caught:
        PatientClient(url, 1).get(path)
    assert "filrouge serve" in caught.value.action
