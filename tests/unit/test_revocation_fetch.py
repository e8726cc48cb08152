"""CRLs and OCSP responses fetched for a verdict: from which hosts, how, and what is no answer."""

import threading
from base64 import b64encode
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.x509 import ocsp as library

from defa_trust.algorithms import ECDSA_DER, KeyType
from defa_trust.codec.der import (
    context,
    encode_bits,
    encode_generalized_time,
    encode_integer,
    encode_oid,
    seq,
    tlv,
)
from defa_trust.conformance import paths
from defa_trust.conformance import revocation_build as build
from defa_trust.conformance.build import MOMENT, vc
from defa_trust.conformance.trust import snapshot_of
from defa_trust.demo import pki
from defa_trust.errors import MisuseError
from defa_trust.fetch import Addresses, FetchError, FetchFault, FetchPolicy, Schemes, gather
from defa_trust.material import EvidenceKind
from defa_trust.request import HolderBinding, Request
from defa_trust.revocation_fetch import MAX_ASKED, RevocationEdge, ask, may_ask
from defa_trust.spec import MAX_CRL_BYTES, MAX_OCSP_BYTES
from defa_trust.verdict import Indication, Need, NeedKind
from defa_trust.verify import Verifier
from defa_trust.x509.certificate import read_certificate
from defa_trust.x509.ocsp import BASIC, build_request, cert_id

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=MOMENT)
HOST = "crl.th.test.example"
OCSP_HOST = "ocsp.th.test.example"
OCSP_URL = f"http://{OCSP_HOST}/"
HOSTS = (HOST, OCSP_HOST)


def token(signer):
    x5c = [b64encode(signer.certificate).decode()]
    return vc(header={"kid": None, "x5c": x5c}, signer=signer.key)


class Web:
    """What would be asked, and what was."""

    def __init__(self, **pages):
        self.pages = pages
        self.asked = []

    def __call__(self, need):
        self.asked.append((need.kind.value, need.what))
        page = self.pages.get(need.kind.value)
        if page is None:
            raise FetchError(FetchFault.CONNECTION, need.what)
        return page


def gathered(web, signer=None, hosts=HOSTS, **more):
    return gather(
        Verifier(snapshot_of(paths.path_world())),
        token(signer or paths.issuer()),
        REQUEST,
        fetch=pytest.fail,
        ask=web,
        hosts=hosts,
        now=lambda: MOMENT,
        **more,
    )


def codes(done):
    return [f.code.id for f in done.report.verdict.problems]


# --- gather --------------------------------------------------------------------------------------
def test_a_list_is_fetched_and_the_verdict_passes():
    web = Web(crl=paths.crl())
    done = gathered(web)
    assert done.report.verdict.validity.indication is Indication.TOTAL_PASSED
    assert web.asked == [("crl", paths.CRL)]
    assert (done.fetched, done.failed) == ((paths.CRL,), ())
    assert done.evidence.named(EvidenceKind.CRL, paths.CRL) == paths.crl()
    assert done.evidence.fetched(EvidenceKind.CRL, paths.CRL) == MOMENT


def test_a_revocation_is_found():
    serial = x509.load_der_x509_certificate(paths.issuer().certificate).serial_number
    listed = paths.crl(revoked=[(serial, MOMENT - 60, None)])
    assert codes(gathered(Web(crl=listed))) == ["revocation.revoked"]


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (None, "fetch.connection"),
        (b"<html>503</html>", "fetch.content"),
        (b"", "fetch.content"),
    ],
)
def test_a_failed_fetch_is_neither_revoked_nor_good(page, fault):
    done = gathered(Web(crl=page))
    assert done.report.verdict.validity.indication is Indication.INDETERMINATE
    assert codes(done) == ["revocation.missing"]
    assert done.failed == ((paths.CRL, fault),)
    assert len(done.evidence) == 0


def test_hosts_that_nobody_named_are_not_asked():
    web = Web(crl=paths.crl())
    done = gathered(web, hosts=())
    assert web.asked == []
    assert done.failed == ((paths.CRL, "fetch.host"),)
    assert done.report.verdict.validity.indication is Indication.INDETERMINATE


def test_a_list_of_another_ca_answers_nothing():
    other = paths.crl(paths.root("VN"))
    done = gathered(Web(crl=other))
    assert codes(done) == ["revocation.missing"]


def asking_signer():
    return paths.issuer(ocsp_url=OCSP_URL)


def response_about(signer, status=build.GOOD):
    """An OCSP response by the authority itself, made when the vectors' moment was."""
    key = paths.root().key
    own = read_certificate(signer.certificate)
    about = cert_id(own.issuer_name, key.verification_key, own.serial)
    tbs = seq(
        tlv(context(1), own.issuer_name),
        encode_generalized_time(MOMENT - 60),
        seq(build.single(status, about=about)),
    )
    signature = key.sign(ECDSA_DER[KeyType.P256, "SHA-256"], tbs)
    basic = seq(tbs, build.SHA256_WITH_ECDSA, encode_bits(signature))
    inside = seq(encode_oid(BASIC), tlv(4, basic))
    return seq(encode_integer(0, 0x0A), tlv(context(0), inside))


def test_ocsp_comes_first_and_the_list_only_where_it_does_not_answer():
    signer = asking_signer()
    web = Web(ocsp=response_about(signer), crl=paths.crl())
    done = gathered(web, signer)
    assert done.report.verdict.validity.indication is Indication.TOTAL_PASSED
    assert web.asked == [("ocsp", OCSP_URL)]
    (item,) = done.evidence.items
    assert item.uri.startswith(OCSP_URL + "#")
    silent = Web(crl=paths.crl())
    done = gathered(silent, signer)
    assert done.report.verdict.validity.indication is Indication.TOTAL_PASSED
    assert silent.asked == [("ocsp", OCSP_URL), ("crl", paths.CRL)]
    assert done.failed == ((OCSP_URL, "fetch.connection"),)


def test_where_the_responder_knows_nothing_the_list_is_asked_next():
    signer = asking_signer()
    unknown = response_about(signer, status=build.UNKNOWN)
    web = Web(ocsp=unknown, crl=paths.crl())
    done = gathered(web, signer)
    assert web.asked == [("ocsp", OCSP_URL), ("crl", paths.CRL)]
    assert done.report.verdict.validity.indication is Indication.TOTAL_PASSED


def test_nothing_is_asked_about_what_has_failed_already():
    web = Web(crl=paths.crl())
    good = token(paths.issuer())
    bad = good[:-8] + (b"A" if good[-8:-7] != b"A" else b"B") + good[-7:]
    done = gather(Verifier(snapshot_of(paths.path_world())), bad, REQUEST, ask=web, hosts=HOSTS)
    assert done.report.verdict.validity.indication is Indication.TOTAL_FAILED
    assert web.asked == []


# --- the edge ------------------------------------------------------------------------------------
SNAPSHOT = snapshot_of(paths.path_world())


def need(url, kind=NeedKind.CRL, question=None):
    return Need(kind, url, "TH", question)


def test_each_question_is_asked_once_and_few_of_them():
    web = Web(crl=build.crl())
    edge = RevocationEdge([f"{i}.test.example" for i in range(40)], web, [], [])
    many = [need(f"http://{i}.test.example/") for i in range(40)]
    assert len(edge.answers(many, SNAPSHOT, lambda: MOMENT)) == MAX_ASKED
    assert edge.answers(many, SNAPSHOT, lambda: MOMENT) == []
    assert len(web.asked) == MAX_ASKED


def test_one_responder_answers_two_questions():
    web = Web(ocsp=build.ocsp())
    edge = RevocationEdge(HOSTS, web, [], [])
    questions = [need(OCSP_URL, NeedKind.OCSP, q) for q in (b"one", b"two")]
    first, second = edge.answers(questions, SNAPSHOT, lambda: MOMENT)
    assert first.uri != second.uri
    assert first.uri == f"{OCSP_URL}#{sha256(b'one').hexdigest()[:32]}"


@pytest.mark.parametrize(
    ("url", "hosts", "allowed"),
    [
        ("http://crl.test.example/x", ["crl.test.example"], True),
        ("http://crl.test.example:80/x", ["crl.test.example"], True),
        ("https://crl.test.example/x", ["crl.test.example"], True),
        ("http://CRL.test.example/x", ["crl.test.example"], True),
        ("http://crl.test.example:8080/x", ["crl.test.example"], False),
        ("http://crl.test.example:8080/x", ["crl.test.example:8080"], True),
        ("http://crl.test.example:443/x", ["crl.test.example"], False),
        ("http://crl.test.example.evil.example/x", ["crl.test.example"], False),
        ("http://crl.test.example@evil.example/x", ["crl.test.example"], False),
        ("http://evil.example/?crl.test.example", ["crl.test.example"], False),
        ("http://[::1]/x", ["::1"], False),
        ("ldap://crl.test.example/x", ["crl.test.example"], False),
        ("http://crl.test.example:x/", ["crl.test.example"], False),
        ("http://", ["", "crl.test.example"], False),
    ],
)
def test_which_hosts_may_be_asked(url, hosts, allowed):
    assert may_ask(need(url), SNAPSHOT, hosts) is allowed


def test_hosts_are_a_collection():
    with pytest.raises(MisuseError):
        may_ask(need("http://crl.test.example/"), SNAPSHOT, "crl.test.example")


# --- over the wire -------------------------------------------------------------------------------
class Responder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply(self.server.page)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.headers["Content-Type"], body, self.headers["Host"]))
        page = self.server.page
        self.reply(page(body) if callable(page) else page)

    def reply(self, page):
        status, body = page if isinstance(page, tuple) else (200, page)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *args):
        pass


@contextmanager
def site(page):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Responder)
    server.page, server.seen = page, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server, f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


LOCAL = FetchPolicy(addresses=Addresses.ALLOW_PRIVATE, schemes=Schemes.HTTP_TOO, timeout=5)


def question():
    return build_request(build.cert_id())


def asked(url, kind=NeedKind.OCSP, policy=LOCAL):
    return ask(need(url, kind, question() if kind is NeedKind.OCSP else None), policy, policy)


def refused(page, kind=NeedKind.OCSP, policy=LOCAL):
    with site(page) as (_, url), pytest.raises(FetchError) as caught:
        asked(url, kind, policy)
    return caught.value.fault


def test_a_list_over_plain_http():
    with site(build.crl()) as (_, url):
        assert asked(url, NeedKind.CRL) == build.crl()


def echoing(body):
    nonce = library.load_der_ocsp_request(body).extensions[0].value.nonce
    extension = build.extension(build.NONCE, tlv(4, nonce))
    return build.ocsp(extensions=[extension])


def test_a_question_is_posted_with_a_fresh_nonce_that_must_come_back():
    with site(echoing) as (server, url):
        asked(url)
        asked(url)
        (kind, first, host), (_, second, _) = server.seen
    assert kind == "application/ocsp-request"
    assert host == f"localhost:{server.server_port}"
    requests = [library.load_der_ocsp_request(body) for body in (first, second)]
    assert {request.serial_number for request in requests} == {build.LEAF_SERIAL}
    nonces = [request.extensions[0].value.nonce for request in requests]
    assert nonces[0] != nonces[1]
    assert {len(nonce) for nonce in nonces} == {32}


def test_an_answer_to_somebody_elses_nonce():
    other = build.ocsp(extensions=[build.extension(build.NONCE, tlv(4, b"replayed" * 4))])
    assert refused(other) is FetchFault.CONTENT


def test_an_answer_made_ahead_of_time_has_no_nonce():
    with site(build.ocsp()) as (_, url):
        assert asked(url) == build.ocsp()


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ((503, b""), FetchFault.STATUS),
        ((302, b""), FetchFault.STATUS),
        (b"<html>", FetchFault.CONTENT),
        (build.ocsp_error(6), FetchFault.CONTENT),
    ],
)
def test_what_is_no_answer(page, fault):
    assert refused(page) is fault


def test_bounds_and_guards():
    small = FetchPolicy(max_bytes=10, addresses=Addresses.ALLOW_PRIVATE, schemes=Schemes.HTTP_TOO)
    assert refused(build.ocsp(), policy=small) is FetchFault.SIZE
    assert refused(build.crl(), NeedKind.CRL, small) is FetchFault.SIZE
    public = FetchPolicy(schemes=Schemes.HTTP_TOO)
    assert refused(build.crl(), NeedKind.CRL, public) is FetchFault.ADDRESS
    secured = FetchPolicy(addresses=Addresses.ALLOW_PRIVATE)
    assert refused(build.crl(), NeedKind.CRL, secured) is FetchFault.URL
    with pytest.raises(FetchError):
        ask(need("http://localhost:1/", NeedKind.OCSP), LOCAL, LOCAL)


def test_the_default_bounds():
    from defa_trust.revocation_fetch import CRL_POLICY, OCSP_POLICY

    assert CRL_POLICY.max_bytes == MAX_CRL_BYTES
    assert OCSP_POLICY.max_bytes == MAX_OCSP_BYTES
    for policy in (CRL_POLICY, OCSP_POLICY):
        assert policy.addresses is Addresses.PUBLIC_ONLY
    assert FetchPolicy().schemes is Schemes.HTTPS_ONLY
    assert pki.OCSP_SIGNING == build.OCSP_SIGNING
