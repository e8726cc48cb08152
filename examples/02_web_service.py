"""A small web service: POST a credential to /verify?for=SG, get the report; GET /health.

Trust is refreshed beside the requests; a refresh that fails leaves the last good snapshot in place,
and nothing loaded is never healthy. The policy is the service's own. Standard library only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from urllib.parse import parse_qs, urlsplit

from defa_trust import (
    HolderBinding,
    MisuseError,
    Request,
    TrustSnapshot,
    TrustStore,
    VerificationPolicy,
    Verifier,
)
from defa_trust.background import BackgroundRefresher, Condition

POLICY = VerificationPolicy(national_list_grace=86_400)


class Service:
    """Holds the current verifier. Replacing one reference is atomic, so readers need no lock."""

    def __init__(self, store: TrustStore, clock: Callable[[], int] = lambda: int(time())) -> None:
        self.clock = clock
        self.verifier: Verifier | None = None
        self.trust = BackgroundRefresher(store, 3600, on_snapshot=self.use, clock=clock)
        self.trust.load()  # what is on disk, at once; `trust.start()` then asks the network

    def use(self, snapshot: TrustSnapshot) -> None:
        self.verifier = Verifier(snapshot, POLICY, clock=self.clock)


def make_server(service: Service, port: int = 0) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            health = service.trust.health()
            status = 503 if health.condition is Condition.NO_ANCHORS else 200
            self._answer(status, health._asdict())

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > 1 << 20:
                return self._answer(413, {"error": "send at most 1 MiB, with its length"})
            data = self.rfile.read(int(length))
            try:
                state = parse_qs(urlsplit(self.path).query).get("for", [""])[0]
                request = Request(state, HolderBinding.IF_PRESENT)
            except MisuseError as fault:
                return self._answer(400, {"error": str(fault)})
            if service.verifier is None:
                return self._answer(503, {"error": "no trust lists are loaded"})
            return self._answer(200, service.verifier.evaluate(data, request).as_json())

        def _answer(self, status: int, body: dict[str, object]) -> None:
            payload = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a request line could carry a person's data."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
