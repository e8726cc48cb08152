"""Attacks on revocation: each would let a revoked credential pass, or revoke a good one.

What an attacker can do is hand over any octets as the status list, present any credential that was
issued to somebody, and run a listed issuer of another state. None of it makes "good", none makes
"revoked": the answer is that the status could not be checked.
"""

import gzip
import json
import tracemalloc
import zlib

import pytest

from defa_trust.codec import base64url
from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.conformance.trust import snapshot_of
from defa_trust.crypto import KeyType
from defa_trust.fetch import FetchError, FetchFault, gather
from defa_trust.material import NO_EVIDENCE, Evidence
from defa_trust.policy import UncheckedStatus, VerificationPolicy
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import MAX_STATUS_LIST_BYTES, SVC_PID_REVOCATION
from defa_trust.status_memo import MEMO
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier
from tests.status_tools import (
    IDX,
    NOW,
    URI,
    WORLD,
    against,
    ask,
    credential,
    held,
    item,
    verdict,
    w3c_credential,
)

REVOKED = lists.listing({IDX: 1})
GOOD = lists.token_jwt()
HOLDER = Request("SG", HolderBinding.IF_PRESENT, at=NOW)


@pytest.fixture(autouse=True)
def fresh():
    MEMO.clear()


def unchecked(octets, code, **more):
    """Neither good nor revoked; and its positive twin is good."""
    assert ask(GOOD) == []
    assert ask(octets, **more) == [code]


# --- lists that nobody may believe ---------------------------------------------------------------
def test_list_whose_signature_is_not_checked():
    head, body, signature = REVOKED.split(b".")
    good = GOOD.split(b".")[1]
    for forged in (b"", signature, signature[::-1], base64url.encode(bytes(64)).encode()):
        assert ask(b".".join((head, good, forged))) != []
    assert ask(REVOKED) == ["status.revoked"]
    assert ask(b".".join((head, body, b""))) == ["status.list_signature_invalid"]


def test_unsigned_list():
    head = base64url.encode(b'{"alg":"none","typ":"statuslist+jwt"}').encode()
    unchecked(head + b"." + GOOD.split(b".")[1] + b".", "status.list_malformed")


def test_public_key_as_the_secret_of_a_mac():
    unchecked(lists.token_jwt(header={"alg": "HS256"}), "status.list_malformed")


def test_key_that_the_list_brings_along():
    stranger = build.key("stranger")
    for header in (
        {"jwk": build.public_jwk("stranger")},
        {"jwk": build.public_jwk("stranger"), "kid": None},
        {"jku": "https://evil.test/jwks"},
    ):
        unchecked(lists.token_jwt(signer=stranger, header=header), "status.list_signature_invalid")


def test_list_of_a_stranger():
    unchecked(lists.token_jwt(signer=build.key("x")), "status.list_signature_invalid")
    unchecked(lists.token_jwt(signer=build.key("x"), header={"kid": "x"}), "status.signer_unbound")


@pytest.mark.parametrize("kid", ["my-1", "key-1"])
def test_list_of_another_states_issuer(kid):
    """A state's issuer would revoke, or clear, what another state issued."""
    foreign = build.service("MY", identities=[build.jwk_identity("issuer MY", kid=kid)])
    trust = snapshot_of(lists.of_two_states(foreign))
    codes = {"my-1": "status.signer_unbound", "key-1": "status.list_signature_invalid"}
    for values in ({}, {IDX: 1}):
        octets = lists.listing(values, signer=build.key("issuer MY"), header={"kid": kid})
        assert ask(octets, trust=trust) == [codes[kid]]
    assert ask(GOOD, trust=trust) == []


def test_list_of_another_states_status_service():
    foreign = build.service(
        "MY", type=SVC_PID_REVOCATION, issuerIds=[build.ISSUER],
        identities=[build.jwk_identity("status MY", kid="my-1")],
    )  # fmt: skip
    trust = snapshot_of(lists.of_two_states(foreign))
    octets = lists.token_jwt(signer=build.key("status MY"), header={"kid": "my-1"})
    # Two states claim the issuer's name now, which is no answer either; never a good one.
    assert ask(octets, trust=trust) != []


def test_holders_key_of_the_credential_signs_no_list():
    data = credential(cnf={"jwk": build.public_jwk("holder")})
    for header in ({}, {"kid": None}, {"jwk": build.public_jwk("holder")}):
        octets = lists.token_jwt(signer=build.key("holder"), header=header)
        assert ask(octets, data=data) == ["status.list_signature_invalid"]
    assert ask(GOOD, data=data) == []


def test_another_type_of_key_under_the_same_name():
    octets = lists.token_jwt(signer=build.key("x", KeyType.ED25519), alg="Ed25519",
                             header={"alg": "Ed25519"})  # fmt: skip
    unchecked(octets, "status.list_signature_invalid")


# --- tokens that are no such list ----------------------------------------------------------------
@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "vc+jwt", "dc+sd-jwt", "kb+jwt", None])
def test_token_of_another_type(typ):
    unchecked(lists.token_jwt(header={"typ": typ}), "status.list_type")


def test_credential_of_the_same_issuer_as_a_bitstring():
    """A holder has credentials that the issuer signed; their contents partly come from holders."""
    subject = lists.bitstring_claims()["credentialSubject"]
    holders = build.vc(id=URI, credentialSubject=subject)
    assert ask(holders, data=w3c_credential()) == ["status.list_type"]
    assert ask(lists.bitstring(), data=w3c_credential()) == []


def test_list_presented_as_a_credential():
    for octets, code in ((lists.bitstring(), "vc.status_list"), (GOOD, "vc.not_a_credential")):
        assert against(verdict(octets, NO_EVIDENCE)) == [code]


@pytest.mark.parametrize("octets", [GOOD, lists.token_cwt()])
def test_token_list_for_a_bitstring_entry(octets):
    assert ask(octets, data=w3c_credential()) != []
    assert ask(lists.bitstring(), data=w3c_credential()) == []


def test_bitstring_for_a_token_reference():
    assert ask(lists.bitstring()) == ["status.list_type"]


def test_duplicate_members_show_two_lists_to_two_readers():
    good, bad = (json.dumps({"bits": 1, "lst": base64url.encode(lists.compressed(v))})
                 for v in ({}, {IDX: 1}))  # fmt: skip
    for first, second in ((good, bad), (bad, good)):
        claims = f'{{"sub":"{URI}","iat":{NOW - 60},"status_list":{first},"status_list":{second}}}'
        unchecked(lists.token_jwt(claims.encode()), "status.list_malformed")


# --- another list than the one that is named -----------------------------------------------------
def test_older_list_from_before_the_revocation():
    """Replayed within its own time to live it cannot be told apart; after that it can."""
    old = lists.token_jwt(iat=NOW - lists.TTL)
    assert ask(REVOKED) == ["status.revoked"]
    unchecked(old, "status.list_stale")
    assert ask(old, fetched=NOW - lists.TTL) == ["status.list_stale"]


def test_another_list_of_the_issuer_in_which_the_place_is_free():
    unchecked(lists.token_jwt(sub=lists.OTHER_URI), "status.subject_mismatch")
    for change in ({"id": lists.OTHER_URI}, {"id": None}):
        octets = lists.bitstring(**change)
        assert ask(octets, data=w3c_credential()) == ["status.subject_mismatch"]


def test_list_for_suspension_clears_no_revocation():
    octets = lists.bitstring(subject={"statusPurpose": "suspension"})
    assert ask(octets, data=w3c_credential()) == ["status.purpose_mismatch"]


def test_list_under_another_address():
    evidence = Evidence([item(GOOD, lists.OTHER_URI)])
    assert against(verdict(credential(), evidence)) == ["status.not_checked"]


# --- places --------------------------------------------------------------------------------------
@pytest.mark.parametrize("idx", [64, 65, 512, 1 << 31, 1 << 32, (1 << 53) - 1])
def test_index_out_of_range_is_not_good(idx):
    assert ask(GOOD, data=credential(idx)) == ["status.index_out_of_range"]
    assert ask(GOOD, data=credential(63)) == []


@pytest.mark.parametrize("idx", [-1, 7.0, "7", True, None, [7], 1 << 60])
def test_index_that_is_none(idx):
    data = build.vc(status={"status_list": {"idx": idx, "uri": URI}})
    judged = verdict(data, held(GOOD))
    assert judged.validity.indication is Indication.TOTAL_FAILED
    assert against(judged)[0] in {"jose.claim", "json.number"}


@pytest.mark.parametrize("index", [7, 7.0, -7, "-7", "7.0", "07", "0x7", " 7", "７", None])
def test_bitstring_index_that_is_none(index):
    judged = verdict(w3c_credential(index=index), held(lists.bitstring()))
    assert against(judged) == ["vc.status"]
    assert judged.validity.indication is Indication.TOTAL_FAILED


def test_bits_from_the_wrong_end():
    """A reader that counts from the other end takes its neighbour's status."""
    assert ask(lists.listing({0: 1})) == []
    assert ask(lists.bitstring({0: 1}), data=w3c_credential()) == []
    assert ask(lists.bitstring({IDX: 1}), data=w3c_credential()) == ["status.revoked"]


# --- times ---------------------------------------------------------------------------------------
def test_ttl_ignored():
    """A month before it expires, a day is its time to live."""
    assert ask(GOOD, at=NOW - 3600 + lists.TTL - 1) == []
    assert ask(GOOD, at=NOW - 3600 + lists.TTL) == ["status.list_stale"]


def test_expired_list():
    assert ask(lists.token_jwt(exp=NOW + 1)) == []
    assert ask(lists.token_jwt(exp=NOW)) == ["status.list_expired"]
    # Whenever it was fetched.
    assert ask(lists.token_jwt(exp=NOW), fetched=NOW) == ["status.list_expired"]


def test_list_from_the_future():
    assert ask(lists.token_jwt(iat=NOW + 60)) == []
    assert ask(lists.token_jwt(iat=NOW + 61)) == ["status.list_from_the_future"]


def test_asked_as_of_a_moment_before_the_revocation_was_published():
    """What was published later says nothing of then."""
    octets = lists.listing({IDX: 1}, iat=NOW + 3600)
    assert ask(octets) == ["status.list_from_the_future"]
    assert ask(octets, at=NOW + 3600) == ["status.revoked"]


@pytest.mark.parametrize(
    "change",
    [{"iat": str(NOW)}, {"iat": NOW + 0.5}, {"exp": str(NOW + 9)}, {"ttl": "86400"}, {"ttl": -1},
     {"iat": NOW * 1000, "exp": NOW * 1000 + 1}],
)  # fmt: skip
def test_times_that_are_none(change):
    unchecked(lists.token_jwt(**change), "status.list_malformed")


# --- forms ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "lst",
    [
        lists.compressed() + b"\0",
        lists.compressed() + lists.compressed({IDX: 1}),
        lists.compressed()[:-1],
        gzip.compress(bytes(8), mtime=0),
        bytes(8),
        b"",
    ],
)
def test_stream_that_two_readers_read_differently(lst):
    unchecked(lists.token_jwt(lst=lst), "status.list_malformed")


def test_spellings_of_the_same_list():
    text = base64url.encode(lists.compressed())
    for other in (text + "=", text + "==", text[:-1] + chr(ord(text[-1]) + 1), text + "\n",
                  text.replace("A", "+", 1), " " + text):  # fmt: skip
        unchecked(lists.token_jwt(lst=other), "status.list_malformed")


@pytest.mark.parametrize("bits", [0, 3, 5, 16, "1", 1.0, True, None])
def test_bits_of_no_known_width(bits):
    unchecked(lists.token_jwt(bits=bits), "status.list_malformed")


@pytest.mark.parametrize("form", ["zlib", "gzip"])
def test_bomb_costs_its_cap(form):
    """64 MiB of zeros in 64 KiB, signed by the issuer itself."""
    size, data = MAX_STATUS_LIST_BYTES * 4, credential()
    if form == "zlib":
        octets = lists.token_jwt(lst=zlib.compress(bytes(size), 1))
    else:
        octets = lists.bitstring(packed=gzip.compress(bytes(size), 1, mtime=0))
        data = w3c_credential()
    tracemalloc.start()
    try:
        assert ask(octets, data=data) == ["status.list_malformed"]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * MAX_STATUS_LIST_BYTES + 8 * len(octets)
    assert len(MEMO) == 0


def test_bomb_in_a_bomb():
    once = zlib.compress(zlib.compress(bytes(16 << 20), 1), 1)
    # Inflated once and no more: its entries are those of the inner stream's octets.
    assert ask(lists.token_jwt(lst=once), data=credential(10**7)) == ["status.index_out_of_range"]


def test_many_references_cost_a_bounded_number_of_look_ups():
    entries = [lists.bitstring_entry(str(number)) for number in range(1000)]
    judged = verdict(build.vc(credentialStatus=entries), held(lists.bitstring()))
    assert against(judged) == ["vc.status"]


def test_nested_list_of_lists():
    octets = lists.bitstring(credentialStatus=lists.bitstring_entry())
    assert ask(octets, data=w3c_credential()) == ["status.list_malformed"]


# --- a failed fetch ------------------------------------------------------------------------------
def failing(fault):
    def fetch(url):
        raise FetchError(fault, url)

    return fetch


@pytest.mark.parametrize("fault", FetchFault)
@pytest.mark.parametrize("policy", [VerificationPolicy(), VerificationPolicy(
    unchecked_status=UncheckedStatus.REPORT)])  # fmt: skip
def test_failed_fetch_is_neither_revoked_nor_good(fault, policy):
    verifier = Verifier(WORLD, policy)
    done = gather(verifier, credential(), HOLDER, fetch=failing(fault), hosts={URI.split("/")[2]})
    judged = done.report.verdict
    assert done.failed == ((URI, fault.value),)
    if policy.unchecked_status is UncheckedStatus.REPORT:
        assert "status.not_checked_allowed" in {f.code.id for f in judged.findings}
    else:
        assert against(judged) == ["status.not_checked"]
        assert judged.validity.indication is Indication.INDETERMINATE
    assert not {"status.good", "status.revoked"} & {f.code.id for f in judged.findings}


@pytest.mark.parametrize("body", [b"", b"<html>503</html>", b"{}", b"null", GOOD[:100]])
def test_error_page_with_status_200(body):
    done = gather(Verifier(WORLD), credential(), HOLDER, fetch=lambda _: body,
                  hosts={"status.th.test.example"})  # fmt: skip
    assert against(done.report.verdict) == ["status.list_malformed"]


def test_issuer_points_elsewhere():
    """The issuer, or whoever has its key, would have every verifier call any host there is."""
    asked = []
    data = credential(uri="https://internal.test/admin")
    done = gather(Verifier(WORLD), data, HOLDER, fetch=lambda url: asked.append(url) or b"")
    assert asked == []
    assert done.failed == (("https://internal.test/admin", "fetch.host"),)
    assert against(done.report.verdict) == ["status.not_checked"]


@pytest.mark.parametrize(
    "uri", ["http://status.th.test.example/1", "file:///etc/passwd", "status.th.test.example", "x"]
)
def test_address_that_is_no_https_address(uri):
    asked = []
    done = gather(Verifier(WORLD), credential(uri=uri), HOLDER, hosts={"status.th.test.example"},
                  fetch=lambda url: asked.append(url) or b"")  # fmt: skip
    assert asked == []
    assert against(done.report.verdict) == ["status.not_checked"]


def test_unverified_credential_has_nobody_called():
    """A status address in a credential that nobody signed is no reason to call anybody."""
    asked = []
    data = credential(signer=build.key("stranger"))
    gather(Verifier(WORLD), data, HOLDER, hosts={"status.th.test.example"},
           fetch=lambda url: asked.append(url) or b"")  # fmt: skip
    expired = credential(validUntil="2026-10-30T00:00:00Z")
    gather(Verifier(WORLD), expired, HOLDER, hosts={"status.th.test.example"},
           fetch=lambda url: asked.append(url) or b"")  # fmt: skip
    assert asked == []


# --- memory --------------------------------------------------------------------------------------
def test_remembered_good_list_serves_no_other_octets():
    assert ask(GOOD) == []
    assert ask(REVOKED) == ["status.revoked"]
    assert ask(GOOD) == []


def test_malleated_signature_is_another_input():
    """(r, s) and (r, n - s) both verify; each is verified and remembered for itself."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    head, body, signature = GOOD.split(b".")
    raw = base64url.decode(signature)
    other = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    twin = b".".join((head, body, base64url.encode(other).encode()))
    assert ask(GOOD) == ask(twin) == []
    assert len(MEMO) == 2


def test_remembered_list_ages():
    assert ask(GOOD) == []
    assert ask(GOOD, at=NOW + 2 * lists.TTL) == ["status.list_stale"]
    assert ask(GOOD, at=NOW + 40 * 86_400) == ["status.list_expired"]


def test_flood_of_lists_by_strangers_pushes_nothing_out():
    assert ask(GOOD) == []
    for number in range(30):
        ask(lists.token_jwt(signer=build.key(f"stranger {number}")))
    assert len(MEMO) == 1
