"""Certification paths: octets of certificates in, a validated path with its interval out.

Three certificates have two signatures to verify, since the anchor's own is not looked at; the
baseline are the raw checks of those, with key objects that are kept. The anchors are prepared, and
no certificate but theirs is parsed. Chains take turns, so that nothing that is remembered of one
helps another: what anchors know of authorities is emptied before each cold search.
"""

from datetime import UTC, datetime
from functools import cache, partial
from itertools import cycle

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)
from cryptography.x509 import verification
from OpenSSL import crypto as openssl

from defa_trust.algorithms import KeyType
from defa_trust.codec.der import seq
from defa_trust.conformance.build import MOMENT
from defa_trust.conformance.certificates import certificate, email, key_of
from defa_trust.signing_crypto import SigningKey
from defa_trust.x509 import extensions as ext
from defa_trust.x509.anchors import AnchorSet, TrustAnchor
from defa_trust.x509.certificate import open_certificate
from defa_trust.x509.path import PathOptions, Reading, find_path
from defa_trust.x509.profiles import SIGNER

from . import paired
from .paired import ratio

WHOLE = PathOptions(MOMENT, SIGNER)
NEEDED = PathOptions(MOMENT, SIGNER, reading=Reading.AS_NEEDED)
KINDS = {KeyType.P256: "P-256", KeyType.RSA: "RSA-2048"}
KEYS = {KeyType.P256: 32, KeyType.RSA: 4}
"""How many authorities take turns: an RSA key takes long to make."""


@cache
def made_key(label, kind):
    """RSA keys cannot be derived from a label, so each run has others."""
    if kind is not KeyType.RSA:
        return key_of(f"bench {label}", kind)
    made = rsa.generate_private_key(65537, 2048)
    form = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    return SigningKey.from_pem(made.private_bytes(*form))


@cache
def root(kind):
    return certificate("root", key=made_key("root", kind))


@cache
def chains(kind):
    """(signer, authority) under one root, each with keys of their own."""
    found = []
    for number in range(KEYS[kind]):
        top = certificate(f"authority {number}", root(kind), ca=True,
                          key=made_key(f"authority {number}", kind))  # fmt: skip
        leaf = certificate("signer", top, key=made_key(f"signer {number % 4}", kind))
        found.append((leaf.der, top.der))
    return tuple(found)


@cache
def leaves(kind):
    """Signers of one authority: (signer, authority)."""
    top = certificate("authority", root(kind), ca=True, key=made_key("authority", kind))
    return tuple(
        (certificate("signer", top, key=made_key(f"signer {n % 4}", kind), serial=n + 1).der,
         top.der)
        for n in range(64)
    )  # fmt: skip


def anchors(kind):
    return AnchorSet([TrustAnchor.from_certificate(root(kind).der)])


def search(pairs, trusted, options, known):
    """Paths in turn. ``known``: whether what the anchors know of authorities stays."""
    turns = cycle(pairs)
    keeps = trusted.known.certificates, trusted.known.signatures

    def subject():
        if not known:
            for keep in keeps:
                keep.clear()
        leaf, top = next(turns)
        findings = []
        path = find_path(leaf, [top], trusted, options, findings)
        assert path is not None
        return path

    for _ in pairs:
        assert len(subject().certificates) == 2
    assert len(keeps[0]) == 1
    return subject


def raw(kind, pairs, times):
    """The library's own calls, one or both of a path's signatures."""
    public = load_der_public_key(open_certificate(root(kind).der).spki)
    rows = []
    for leaf, top in pairs:
        lower, upper = open_certificate(leaf), open_certificate(top)
        checks = [(load_der_public_key(upper.spki), lower), (public, upper)][:times]
        rows.append([_check(kind, key, subject) for key, subject in checks])
    turns = cycle(rows)

    def baseline():
        for check in next(turns):
            check()

    for _ in pairs:
        baseline()
    return baseline


def _check(kind, key, subject):
    return partial(key.verify, subject.signature, subject.tbs, *_scheme(kind))


def _scheme(kind):
    if kind is KeyType.P256:
        return (ec.ECDSA(hashes.SHA256()),)
    return padding.PKCS1v15(), hashes.SHA256()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("options", "goal"), [(WHOLE, 2.2), (NEEDED, 1.6)])
def test_cold(benchmark, kind, options, goal):
    subject = search(chains(kind), anchors(kind), options, known=False)
    read = "read whole" if options is WHOLE else "read as needed"
    ratio(
        f"cold path of three {KINDS[kind]} certificates, {read}",
        subject,
        raw(kind, chains(kind), 2),
        goal=goal,
        baseline_name="two raw checks",
        note="unparsed certificates, prepared anchor, the profile of signers",
        loops=30,
    )
    benchmark(subject)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [WHOLE, NEEDED])
def test_warm(benchmark, kind, options):
    subject = search(leaves(kind), anchors(kind), options, known=True)
    read = "read whole" if options is WHOLE else "read as needed"
    ratio(
        f"warm path, known issuer and new {KINDS[kind]} leaf, {read}",
        subject,
        raw(kind, leaves(kind), 1),
        goal=1.6,
        baseline_name="one raw check",
        loops=30,
    )
    benchmark(subject)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reads", [False, True])
def test_floor(benchmark, kind, reads):
    """What no validator can save: the authority's key is new each time, so it is imported.

    ``reads``: and the library parses both certificates, though nothing in them is judged.
    """
    scheme = _scheme(kind)
    public = load_der_public_key(open_certificate(root(kind).der).spki)
    rows = [tuple(map(open_certificate, pair)) for pair in chains(kind)]
    turns = cycle(chains(kind) if reads else rows)

    def imported():
        leaf, top = next(turns)
        public.verify(top.signature, top.tbs, *scheme)
        load_der_public_key(top.spki).verify(leaf.signature, leaf.tbs, *scheme)

    def parsed():
        leaf, top = map(library.load_der_x509_certificate, next(turns))
        public.verify(top.signature, top.tbs_certificate_bytes, *scheme)
        top.public_key().verify(leaf.signature, leaf.tbs_certificate_bytes, *scheme)

    subject = parsed if reads else imported
    what = "parsed by the library, nothing judged" if reads else "its key imported"
    ratio(
        f"floor: both checks of a {KINDS[kind]} path, the authority new: {what}",
        subject,
        raw(kind, chains(kind), 2),
        goal=None,
        baseline_name="two raw checks",
        loops=30,
    )
    benchmark(subject)


@pytest.mark.parametrize("kind", KINDS)
def test_floor_warm(benchmark, kind):
    """The least that "issuer known, leaf new" can mean: open the leaf, check its signature."""
    scheme = _scheme(kind)
    (_, top), *_ = leaves(kind)
    issuer = load_der_public_key(open_certificate(top).spki)
    turns = cycle(leaf for leaf, _ in leaves(kind))

    def subject():
        leaf = open_certificate(next(turns))
        issuer.verify(leaf.signature, leaf.tbs, *scheme)

    ratio(
        f"floor: a new {KINDS[kind]} leaf opened and its signature checked, nothing judged",
        subject,
        raw(kind, leaves(kind), 1),
        goal=None,
        baseline_name="one raw check",
        loops=30,
    )
    benchmark(subject)


def test_peer_openssl(benchmark):
    """Another engine on the same chains, its certificates parsed anew too."""
    kind = KeyType.P256
    store = openssl.X509Store()
    store.add_cert(
        openssl.X509.from_cryptography(library.load_der_x509_certificate(root(kind).der))
    )
    store.set_time(datetime.fromtimestamp(MOMENT, UTC))
    turns = cycle(chains(kind))

    def subject():
        leaf, top = (
            openssl.X509.from_cryptography(library.load_der_x509_certificate(der))
            for der in next(turns)
        )
        openssl.X509StoreContext(store, leaf, [top]).verify_certificate()

    subject()
    ratio(
        "peer: OpenSSL through pyOpenSSL, cold, certificates parsed",
        subject,
        raw(kind, chains(kind), 2),
        goal=None,
        baseline_name="two raw checks",
        note="what agreement of a second engine would add to a cold path",
        loops=30,
    )
    benchmark(subject)


def test_peer_cryptography(benchmark):
    """The library's verifier; it wants an alternative name, which these signers have for it."""
    kind = KeyType.P256
    named = (ext.SUBJECT_ALT_NAME, False, seq(email("signer@test.example")))
    pairs = []
    for number in range(KEYS[kind]):
        top = certificate(f"authority {number}", root(kind), ca=True)
        pairs.append((certificate("signer", top, extensions=[named]).der, top.der))
    agnostic = verification.Criticality.AGNOSTIC
    rules = verification.ExtensionPolicy.permit_all()
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([library.load_der_x509_certificate(root(kind).der)]))
        .time(datetime.fromtimestamp(MOMENT, UTC).replace(tzinfo=None))
        .extension_policies(
            ca_policy=rules.require_present(library.BasicConstraints, agnostic, None),
            ee_policy=rules.require_present(library.SubjectAlternativeName, agnostic, None),
        )
        .build_client_verifier()
    )
    turns = cycle(pairs)

    def subject():
        leaf, top = map(library.load_der_x509_certificate, next(turns))
        return verifier.verify(leaf, [top]).chain

    assert len(subject()) == 3
    ratio(
        "peer: cryptography.x509.verification, cold, certificates parsed",
        subject,
        raw(kind, pairs, 2),
        goal=None,
        baseline_name="two raw checks",
        note="no policies, no findings; a signer without alternative names is refused",
        loops=30,
    )
    benchmark(subject)


def test_a_pool_of_200_cross_signed_authorities_ends(benchmark):
    """Fifteen authorities, each certified by every other: no way out, and a bounded search."""
    size = 15 if not paired.quick else 4
    keys = [key_of(f"mesh {n}") for n in range(size)]
    own = [certificate(f"mesh {n}", key=keys[n]) for n in range(size)]
    pool = [
        certificate(f"mesh {n}", own[m], ca=True, key=keys[n]).der
        for n in range(size)
        for m in range(size)
        if n != m
    ]
    leaf = certificate("signer", own[0]).der
    trusted = anchors(KeyType.P256)

    def subject():
        findings = []
        assert find_path(leaf, pool, trusted, WHOLE, findings) is None
        return findings[-1].code.id

    assert paired.quick or subject() == "path.budget"
    ratio(
        f"pool of {len(pool)} cross-signed authorities, until the budget ends",
        subject,
        raw(KeyType.P256, chains(KeyType.P256), 1),
        goal=None,
        baseline_name="one raw check",
        loops=1,
        rounds=11,
    )
    benchmark.pedantic(subject, rounds=1)
