"""Whatever is done to the octets of a JAdES file, no other document or statement passes."""

import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defa_trust.codec import base64url
from defa_trust.content import Content
from defa_trust.errors import Rejection
from defa_trust.formats import jades as family
from defa_trust.formats.jades_sign import JadesForm, JadesPayload, sign_jades
from defa_trust.formats.sign_common import Detached
from defa_trust.formats.signature import RefusedSignature
from defa_trust.material import EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import Indication
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, BOB, DOCUMENT, ask, clock, crls, responses

REQUEST = Request("SG", HolderBinding.IF_PRESENT)
ALONG = [
    *(Item(EvidenceKind.CRL, der) for der in crls()),
    *(Item(EvidenceKind.OCSP, der) for der in responses()),
]
NAMED = Detached("contract.txt", Content.of(DOCUMENT))


def made(content=DOCUMENT, signer=ALICE, form=JadesForm.FLATTENED, **more):
    return sign_jades(content, signer, form=form, signing_time=NOW - 2 * DAY, **more)


GOOD = (
    made(form=JadesForm.COMPACT),
    made(b"TEST-ONLY text", form=JadesForm.COMPACT, encoded=False),
    made(timestamps=clock(), evidence=ALONG),
    made(timestamps=clock(), evidence=ALONG, clear=True),
    made(signer=[ALICE, BOB], form=JadesForm.GENERAL),
    made(form=JadesForm.COMPACT, payload=JadesPayload.DETACHED),
    made(NAMED, form=JadesForm.COMPACT, payload=JadesPayload.BY_URI_HASH),
    made(NAMED, payload=JadesPayload.BY_URI),
)


def said(data):
    """What each signer signed: statements, and the digests of what is inside."""
    return [
        None
        if isinstance(s, RefusedSignature)
        else (s.part.data, s.stated, s.references, tuple(c.expected for c in s.contents))
        for s in family.parse(data, REQUEST).signatures
    ]


OUTSIDE = 5
"""From here on the content is not in the file."""
NUMBERS = st.integers(0, len(GOOD) - 1)


def answer(number, data):
    content = Content.of(DOCUMENT) if number >= OUTSIDE else None
    return ask(data, format="jades", content=content)


def holds_no_other(number, data):
    for place, verdict in enumerate(answer(number, data).verdicts):
        if verdict.validity.indication is Indication.TOTAL_PASSED:
            assert said(data)[place] in said(GOOD[number])


def test_the_twins_pass():
    for number, good in enumerate(GOOD):
        assert answer(number, good).exit_code.value == 0


@settings(deadline=None, max_examples=120)
@given(NUMBERS, st.integers(0, 1 << 32), st.integers(1, 255))
def test_a_changed_octet(number, place, mask):
    data = bytearray(GOOD[number])
    data[place % len(data)] ^= mask
    holds_no_other(number, bytes(data))


@settings(deadline=None, max_examples=50)
@given(NUMBERS, NUMBERS, st.integers(0, 1 << 32))
def test_a_piece_moved_doubled_dropped_or_of_another_file(number, other, seed):
    chosen = random.Random(seed)
    good = GOOD[number]
    begin = chosen.randrange(len(good))
    piece = good[begin : begin + chosen.randrange(1, 400)]
    rest = good[:begin] + good[begin + len(piece) :]
    place = chosen.randrange(len(rest) + 1)
    foreign = GOOD[other][chosen.randrange(len(GOOD[other])) :][: len(piece)]
    for data in (
        rest,
        rest[:place] + piece + rest[place:],
        good[:begin] + foreign + good[begin + len(piece) :],
    ):
        holds_no_other(number, data)


members = st.dictionaries(
    st.sampled_from(
        ["alg", "b64", "crit", "typ", "cty", "iat", "sigT", "x5c", "x5t#S256", "x5t#o", "sigX5ts",
         "srCms", "sigPl", "srAts", "adoTst", "sigPId", "sigD", "etsiU", "kid", "jwk", "zip"]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4)
        | st.sampled_from(["S256", "ES256", "b64", "sigD", "AAAA"]),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["mId", "pars", "hashM", "hashV", "digAlg", "digVal", "id", "val",
                             "tstTokens", "commId", "claimed", "vals", "hashAV"]),
            inner, max_size=4,
        ),
        max_leaves=8,
    ),
    max_size=6,
)  # fmt: skip


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(members, members)
def test_headers_of_any_shape_are_read_or_refused(signed, unsigned):
    head = base64url.encode(json.dumps({"alg": "ES256", "sigT": "x"} | signed).encode())
    file = {"payload": "AAAA", "protected": head, "signature": "AAAA", "header": unsigned}
    for data in (json.dumps(file).encode(), f"{head}.AAAA.AAAA".encode()):
        family.detect(data)
        assert ask(data, format="jades").exit_code.value in (1, 3)


@settings(deadline=None, max_examples=100)
@given(st.recursive(st.none() | st.integers(0, 9) | st.text(max_size=6),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(
                        ["sigTst", "xVals", "rVals", "crlVals", "ocspVals", "tstTokens", "val",
                         "x509Cert", "tstVD", "arcTst", "cSig"]), inner, max_size=3),
                    max_leaves=10))  # fmt: skip
def test_whatever_is_added_later_fails_no_signature(value):
    file = json.loads(made())
    file["header"] = {"etsiU": value}
    report = ask(json.dumps(file).encode())
    assert report.verdict.validity.indication is Indication.TOTAL_PASSED


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(JadesForm), st.sampled_from(JadesPayload))
def test_whatever_is_signed_passes_and_nothing_near_it(octets, form, payload):
    named = payload in (JadesPayload.BY_URI, JadesPayload.BY_URI_HASH)
    content = Detached("a", Content.of(octets)) if named else octets
    data = made(content, form=form, payload=payload)
    if octets or payload is not JadesPayload.ATTACHED:
        assert ask(data, content=Content.of(octets)).exit_code.value == 0
    assert ask(data, content=Content.of(octets + b"\0")).exit_code.value == 1


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else_escapes(noise):
    for data in (noise, b"ey" + noise, b'{"payload":"' + noise, GOOD[2][:300] + noise):
        family.detect(data)
        try:
            family.parse(data, REQUEST)
        except Rejection:
            continue
