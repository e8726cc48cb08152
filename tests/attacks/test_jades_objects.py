"""Attacks on JAdES signatures over named objects (`sigD`). Each stands beside its twin."""

from hashlib import sha256, sha512

import pytest

from defa_trust.codec import base64url
from defa_trust.content import Content
from defa_trust.formats.jades_sign import JadesForm, JadesPayload, sign_jades
from defa_trust.formats.sign_common import Detached
from defa_trust.material import EvidenceKind, Item
from defa_trust.verdict import NeedKind, SubIndication
from tests.attacks.test_jades import FAILED, FORMAT, OPEN, PASSED, answer, passes
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, DOCUMENT, ask, clock, evidence
from tests.jades_samples import compact, container, flattened, header_of

ANNEX = b"TEST-ONLY annex of the contract."
OTHER = b"TEST-ONLY other"
BOTH = {"contract.txt": DOCUMENT, "annex.txt": ANNEX}


def signed(objects=BOTH, payload=JadesPayload.BY_URI_HASH, signer=ALICE, **more):
    named = [Detached(uri, Content.of(octets)) for uri, octets in objects.items()]
    more = {"form": JadesForm.COMPACT, "signing_time": NOW - 2 * DAY} | more
    return sign_jades(named, signer, payload=payload, **more)


def held(objects):
    """The objects under their names, with the CRLs of everybody."""
    return evidence(*(Item(EvidenceKind.CONTENT, o, uri) for uri, o in objects.items()))


def named(mechanism="ObjectIdByURIHash", **members):
    """A header with `sigD` over the document; ``None`` leaves a member out."""
    made = {
        "mId": f"http://uri.etsi.org/19182/{mechanism}",
        "pars": ["contract.txt"],
        "hashM": "S256",
        "hashV": [base64url.encode(sha256(base64url.encode(DOCUMENT).encode()).digest())],
    } | members
    made = {name: value for name, value in made.items() if value is not None}
    return header_of(sigD=made, crit=["sigD"])


def plain(mechanism="ObjectIdByURI", **members):
    return named(mechanism, **({"hashM": None, "hashV": None} | members))


def test_the_twins_pass():
    one = {"contract.txt": DOCUMENT}
    for encoded in (True, False):
        passes(ask(signed(encoded=encoded), given=held(BOTH)))
        by_digest = signed(one, encoded=encoded)
        passes(ask(by_digest, given=held(one)))
        passes(ask(by_digest, content=Content.of(DOCUMENT)))
        by_name = signed(one, JadesPayload.BY_URI, encoded=encoded)
        passes(ask(by_name, given=held(one)))
        passes(ask(by_name, content=Content.of(DOCUMENT)))
    passes(ask(signed(one, digest="sha-512", encoded=False), content=Content.of(DOCUMENT)))
    passes(ask(compact(b"", header=named()), content=Content.of(DOCUMENT)))
    passes(ask(compact(header=plain(), detached=True), content=Content.of(DOCUMENT)))


def test_a_digest_is_enough_where_a_digest_was_signed():
    data = signed({"contract.txt": DOCUMENT}, encoded=False)
    passes(ask(data, content=Content.digested({"sha-256": sha256(DOCUMENT).digest()})))
    data = signed({"contract.txt": DOCUMENT})
    text = base64url.encode(DOCUMENT).encode()
    encoded = Content.digested({"sha-256;base64url": sha256(text).digest()})
    passes(ask(data, content=encoded))
    # The digest of the document does not stand for that of its text, nor another algorithm's.
    for digests in (
        {"sha-256": sha256(DOCUMENT).digest()},
        {"sha-512;base64url": sha512(text).digest()},
    ):
        assert answer(ask(data, content=Content.digested(digests))) == (
            OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["signature.content_digest_missing"],
        )  # fmt: skip


@pytest.mark.parametrize("encoded", [True, False])
@pytest.mark.parametrize("name", ["contract.txt", "annex.txt"])
def test_one_object_is_another(name, encoded):
    report = ask(signed(encoded=encoded), given=held(BOTH | {name: OTHER}))
    assert answer(report) == (FAILED, SubIndication.HASH_FAILURE, ["signature.content_changed"])


def test_objects_that_changed_their_names():
    swapped = {"contract.txt": ANNEX, "annex.txt": DOCUMENT}
    report = ask(signed(), given=held(swapped))
    assert answer(report)[1] is SubIndication.HASH_FAILURE


def test_one_object_is_not_there():
    report = ask(signed(), given=held({"contract.txt": DOCUMENT}))
    assert answer(report) == (
        OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["signature.content_missing"],
    )  # fmt: skip
    assert [tuple(n)[:2] for n in report.verdict.needs] == [(NeedKind.CONTENT, "annex.txt")]


def test_one_content_for_two_objects():
    report = ask(signed(), content=Content.of(DOCUMENT))
    assert answer(report)[1] is SubIndication.HASH_FAILURE


def test_text_in_the_place_of_what_it_encodes():
    """The base64url text of a document has the digest that was signed, and is not the document."""
    text = base64url.encode(DOCUMENT).encode()
    report = ask(signed({"contract.txt": DOCUMENT}), content=Content.of(text))
    assert answer(report)[1] is SubIndication.HASH_FAILURE
    report = ask(signed({"contract.txt": text}, encoded=False), content=Content.of(DOCUMENT))
    assert answer(report)[1] is SubIndication.HASH_FAILURE


def test_object_by_name_alone_that_is_another_or_absent():
    data = signed({"contract.txt": DOCUMENT}, JadesPayload.BY_URI)
    report = ask(data, content=Content.of(OTHER))
    assert answer(report)[:2] == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)
    report = ask(data, given=held({"other.txt": DOCUMENT}))
    # Evidence that is not under that name is still content: its octets decide.
    passes(report)
    report = ask(data)
    assert answer(report) == (
        OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["jades.payload_missing"],
    )  # fmt: skip
    assert [tuple(n)[:2] for n in report.verdict.needs] == [(NeedKind.CONTENT, "contract.txt")]


@pytest.mark.parametrize("payload", [JadesPayload.BY_URI, JadesPayload.BY_URI_HASH])
def test_a_good_object_beside_one_that_nobody_signed(payload):
    """Whoever gives a content asks about that one, too."""
    one = {"contract.txt": DOCUMENT}
    data = signed(one, payload)
    passes(ask(data, given=held(one), content=Content.of(DOCUMENT)))
    report = ask(data, given=held(one), content=Content.of(OTHER))
    assert answer(report) == (FAILED, SubIndication.HASH_FAILURE, ["signature.content_other"])
    digests = Content.digested({"sha-512": sha512(DOCUMENT).digest()})
    assert answer(ask(data, given=held(one), content=digests))[0] == OPEN
    report = ask(data, given=held(one | {"annex.txt": ANNEX}))
    assert answer(report) == (
        OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["signature.content_not_covered"],
    )  # fmt: skip


def test_octets_that_cross_from_one_object_to_the_next():
    """Their concatenation is signed, so both readings have the same value: neither counts."""
    one, other = {"a": b"pay 100", "b": b"000"}, {"a": b"pay 100000", "b": b""}
    data = signed(one, JadesPayload.BY_URI, encoded=False)
    for objects in (one, other):
        assert answer(ask(data, given=held(objects))) == (
            OPEN, SubIndication.GENERIC, ["jades.mechanism"],
        )  # fmt: skip
    passes(ask(signed(one, encoded=False), given=held(one)))
    report = ask(signed(one, encoded=False), given=held(other))
    assert answer(report)[1] is SubIndication.HASH_FAILURE


@pytest.mark.parametrize("mechanism", ["HttpHeaders", "http://elsewhere.test/mechanism"])
def test_other_mechanisms_are_told_by_name(mechanism):
    header = named(mechanism, **({} if mechanism == "HttpHeaders" else {"mId": mechanism}))
    report = ask(compact(b"", header=header), content=Content.of(DOCUMENT))
    assert answer(report) == (OPEN, SubIndication.GENERIC, ["jades.mechanism"])
    (finding,) = [f for f in report.verdict.findings if f.code.id == "jades.mechanism"]
    assert mechanism in str(finding.actual)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (named() | {"crit": ["sigT"]}, "jades.objects"),
        (named() | {"sigD": "contract.txt"}, "jose.header_member"),
        (named(mId=None), "jose.header_member"),
        (named(pars=None), "jose.header_member"),
        (named(pars=[]), "jose.header_member"),
        (named(pars=[1]), "jose.header_member"),
        (named(pars=["x" * 1025]), "jose.header_member"),
        (named(pars=["a", "b"]), "jades.objects"),
        (named(hashV=None), "jades.objects"),
        (named(hashM=None), "jades.objects"),
        (named(hashV=[]), "jose.header_member"),
        (named(hashV=["AAAA"]), "jose.header_member"),
        (named(hashV=["!"]), "base64url.not_canonical"),
        (plain(hashM="S256"), "jades.objects"),
    ],
)
def test_malformed_naming(header, code):
    report = ask(compact(b"", header=header), content=Content.of(DOCUMENT))
    assert answer(report) == (FAILED, FORMAT, [code])


def test_digest_of_an_object_that_does_not_count():
    report = ask(compact(b"", header=named(hashM="S1")), content=Content.of(DOCUMENT))
    assert answer(report) == (
        OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE, ["jades.digest_weak"],
    )  # fmt: skip


@pytest.mark.parametrize("header", [named(), plain()])
def test_a_payload_beside_the_names_of_what_is_signed(header):
    """Two answers to what was signed: a reader takes the one, its person sees the other."""
    for data in (compact(header=header), flattened(header=header)):
        report = ask(data, content=Content.of(DOCUMENT))
        assert answer(report) == (FAILED, FORMAT, ["jades.objects"])


def test_content_time_stamp_over_the_object_and_not_over_the_empty_payload():
    text = base64url.encode(DOCUMENT).encode()
    for over, indication in ((text, PASSED), (b"", FAILED), (DOCUMENT, FAILED)):
        token = clock(NOW - 20 * DAY)("sha-256", sha256(over).digest())
        header = named() | {"adoTst": container(token)}
        (nested,) = ask(compact(b"", header=header), content=Content.of(DOCUMENT)).verdict.nested
        assert str(nested.validity.indication) == indication
