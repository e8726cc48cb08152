"""A TLS server on loopback whose pages a test sets: TEST-ONLY certificate, any behaviour."""

from __future__ import annotations

import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signed_lists import key


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site = self.server.site
        condition = self.headers.get("If-None-Match")
        site.asked.append((self.path, condition))
        page = site.pages.get(self.path, (404, b"<html>not here</html>"))
        if callable(page):
            page(self)
            return
        if isinstance(page, bytes):
            tag = f'"{sha256(page).hexdigest()[:16]}"'
            if site.etags and condition == tag:
                self.answer(304, b"", ETag=tag)
            else:
                self.answer(200, page, **({"ETag": tag} if site.etags else {}))
            return
        status, body, *rest = page
        self.answer(status, body, **(rest[0] if rest else {}))

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *args):
        pass


class Site:
    """``pages``: path to bytes, to (status, body, headers), or to a function of the handler."""

    def __init__(self, server, ca_pem, ca_file):
        self.base = f"https://localhost:{server.server_port}"
        self.pages = {}
        self.asked = []
        self.etags = True
        self.stopped = threading.Event()
        self.ca_file = ca_file
        self.tls = ssl.create_default_context(cadata=ca_pem)

    def reset(self):
        self.pages.clear()
        self.asked.clear()
        self.etags = True


@contextmanager
def https_site(folder):
    signer = key("TEST-ONLY tls")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signer.private_key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(signer.private_key, hashes.SHA256())
    )
    pem = certificate.public_bytes(Encoding.PEM)
    chain, ca_file = folder / "TEST-ONLY-tls.pem", folder / "TEST-ONLY-ca.pem"
    chain.write_bytes(signer.private_pem() + pem)
    ca_file.write_bytes(pem)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.site = Site(server, pem.decode(), ca_file)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.daemon = True
    thread.start()
    try:
        yield server.site
    finally:
        server.site.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
