"""Attacks on trust lists, each beside the honest case that it differs from."""

import hashlib
import hmac
import time

import pytest

from defa_trust import publish
from defa_trust.codec import base64url
from defa_trust.codec import json as strict_json
from defa_trust.store import TrustStore
from defa_trust.trustlist.accept import ListState, Pin
from defa_trust.trustlist.assemble import Pins, assemble
from defa_trust.trustlist.model import Status
from tests.signed_lists import (
    CURRENT,
    DAY,
    ISSUED,
    MEMBER,
    NEXT,
    NOW,
    RECOGNITION,
    REGIONAL,
    SCHEME,
    arrangement,
    changed,
    entity,
    forged,
    judge,
    key,
    member_document,
    operator,
    operator_name,
    pin,
    pointer,
    recognition_document,
    regional_document,
    service,
    signed,
)

HONEST = signed(member_document())


def self_signed(territory="TH", label="attacker"):
    """An attacker's own key in a certificate that looks exactly like the operator's."""
    return operator(territory, label=label)


def test_the_honest_list_is_accepted():
    assert judge(HONEST).trust_list.services[0].territory == "TH"


# --- time and sequence ---------------------------------------------------------------------------
def test_rollback_to_a_list_in_which_a_withdrawn_service_was_granted():
    current = signed(
        member_document(
            sequence=6,
            entities=[
                entity(
                    "TH",
                    service(
                        status=Status.WITHDRAWN,
                        since=NOW - 2 * DAY,
                        history=[(Status.GRANTED, NOW - 300 * DAY)],
                    ),
                )
            ],
        )
    )
    accepted = judge(current).trust_list
    mark = ListState.of(accepted)
    assert accepted.services[0].status_at(NOW).status is Status.WITHDRAWN
    assert judge(HONEST, last=mark).code == "list.rollback"
    assert judge(HONEST).trust_list.services[0].status_at(NOW).status is Status.GRANTED


def test_split_view_two_lists_under_one_number():
    other = signed(member_document(entities=[entity("TH", service(number=2))]))
    mark = ListState.of(judge(HONEST).trust_list)
    assert judge(other, last=mark).code == "list.split_view"
    assert judge(HONEST, last=mark).trust_list


def test_the_same_list_signed_again_is_another_list():
    """A second signature over the same content: other bytes under a number already seen."""
    again = signed(member_document(), issued_at=ISSUED + 1)
    mark = ListState.of(judge(HONEST).trust_list)
    assert judge(again, last=mark).code == "list.split_view"


def test_an_altered_signature_makes_no_second_view():
    """(r, n-s) verifies too. Shown first, it must not turn the honest list into a split view."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    message, _, tail = HONEST.rpartition(b".")
    raw = base64url.decode(tail)
    other = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    twin = message + b"." + base64url.encode(other).encode()
    first, honest = judge(twin).trust_list, judge(HONEST).trust_list
    assert first.digest != honest.digest
    assert judge(HONEST, last=ListState.of(first)).trust_list
    assert judge(twin, last=ListState.of(honest)).trust_list


def test_freeze_the_region_is_shown_as_it_was():
    data = signed(regional_document())
    assert judge(data, REGIONAL, "AP", now=NEXT - 1).trust_list
    assert judge(data, REGIONAL, "AP", now=NEXT).code == "list.regional_expired"


def test_a_list_from_the_future_and_a_wrong_clock():
    ahead = forged(member_document(issued=NOW + DAY, next_update=NOW + 30 * DAY))
    assert judge(ahead).code == "list.issued_in_the_future"
    assert judge(HONEST, now=ISSUED - DAY).code == "list.signed_in_the_future"
    assert judge(HONEST, now=0).code == "list.signer_expired"
    assert judge(HONEST, now=1_793_491_200_000).code == "list.signer_expired"  # milliseconds


def test_times_in_milliseconds_are_no_times():
    document = changed(member_document(), (*SCHEME, "NextUpdate"), NEXT * 1000)
    assert judge(forged(document)).code == "list.time_form"


def test_a_list_that_never_ends():
    document = changed(member_document(), (*SCHEME, "NextUpdate"), "9999-12-31T23:59:59Z")
    assert judge(forged(document)).code == "list.next_update"


# --- mix and match -------------------------------------------------------------------------------
def test_mix_and_match_of_lists_that_never_stood_together():
    old, new = signed(member_document(sequence=4)), HONEST
    entry = publish.snapshot_entry(
        territory="TH",
        type=MEMBER,
        sequence=5,
        sha256=hashlib.sha256(new).hexdigest(),
        size=len(new),
        issued=ISSUED,
        next_update=NEXT,
    )
    region = signed(regional_document(pointers=[pointer(MEMBER, "TH")], snapshot=[entry]))

    def missing(data):
        documents = {(REGIONAL, "AP"): region, (MEMBER, "TH"): data}
        return [m.code for m in assemble(Pins([pin(REGIONAL, "AP")]), documents, now=NOW).missing]

    assert missing(new) == []
    assert missing(old) == ["list.snapshot_mismatch"]


# --- territory -----------------------------------------------------------------------------------
def test_a_foreign_signer():
    data = signed(member_document(), signer=self_signed())
    assert judge(data).code == "list.signer_not_pinned"


def test_state_a_vouches_for_state_b():
    """SG's operator signs a list that speaks for TH; it is offered in TH's place and in SG's."""
    document = member_document("TH", operator=operator_name("SG"))
    data = forged(document, signer=operator("SG"))
    assert judge(data, MEMBER, "TH").code == "list.signer_not_pinned"
    assert judge(data, MEMBER, "SG").code == "list.territory_mismatch"


def test_a_pointer_gives_one_states_place_to_anothers_signer():
    pointers = [pointer(MEMBER, "TH", signers=[operator("SG")[1]])]
    region = signed(regional_document(pointers=pointers))
    data = forged(member_document("TH", operator=operator_name("SG")), signer=operator("SG"))
    documents = {(REGIONAL, "AP"): region, (MEMBER, "TH"): data}
    found = assemble(Pins([pin(REGIONAL, "AP")]), documents, now=NOW)
    assert [m.code for m in found.missing] == ["list.signer_country"]
    assert found.snapshot().territories == frozenset()


def test_one_key_in_two_states_certificates():
    """The key is SG's; a second certificate calls it TH's: the pointers betray it."""
    shared = key("operator SG")
    as_thai = publish.tl_signer_certificate(
        shared,
        territory="TH",
        operator=operator_name("TH"),
        not_before=NOW - DAY,
        not_after=NOW + DAY,
    )
    pointers = [pointer(MEMBER, "SG"), pointer(MEMBER, "TH", signers=[as_thai])]
    assert judge(forged(regional_document(pointers=pointers), "AP"), REGIONAL, "AP").code == (
        "list.signer_shared"
    )


def test_recognition_in_anothers_name():
    """MY writes, into its own list, that SG recognises it."""
    document = recognition_document("MY", arrangements=[arrangement("SG", "MY")])
    assert judge(forged(document, signer=operator("MY")), RECOGNITION, "MY").code == (
        "list.direction"
    )


def test_recognition_smuggled_into_a_states_own_list():
    content = publish.extension("DefaRecognition", [arrangement("TH", "SG")], critical=False)
    accepted = judge(forged(member_document(extensions=[content]))).trust_list
    assert accepted.arrangements == ()


def test_a_list_of_one_kind_in_the_place_of_another():
    rules = forged(recognition_document("TH"))
    assert judge(rules, RECOGNITION, "TH").trust_list
    assert judge(rules, MEMBER, "TH").code == "list.type_mismatch"
    assert judge(forged(regional_document(operator=operator_name("TH"))), MEMBER, "TH").code == (
        "list.type_mismatch"
    )


# --- keys and headers ----------------------------------------------------------------------------
def test_the_attackers_key_in_x5c():
    attacker = self_signed()
    x5c = [base64url.encode_standard(attacker[1])]
    assert judge(forged(member_document(), signer=attacker, x5c=x5c)).code == (
        "list.signer_not_pinned"
    )
    # The honest thumbprint over the attacker's chain.
    honest = base64url.encode(hashlib.sha256(operator("TH")[1]).digest())
    mixed = forged(member_document(), signer=attacker, x5c=x5c, **{"x5t#S256": honest})
    assert judge(mixed).code == "list.header"
    # The honest leaf with the attacker's certificate behind it.
    chain = [base64url.encode_standard(operator("TH")[1]), *x5c]
    trailing = forged(member_document(), signer=attacker, x5c=chain, **{"x5t#S256": honest})
    assert judge(trailing).code == "list.signature_invalid"


def test_a_certificate_issued_by_the_pinned_one():
    """The pin is the end entity's certificate, not an authority: a child of it signs nothing."""
    child = self_signed(label="child")
    x5c = [base64url.encode_standard(der) for der in (child[1], operator("TH")[1])]
    assert judge(forged(member_document(), signer=child, x5c=x5c)).code == "list.signer_not_pinned"


def test_alg_none():
    head = {"alg": "none", "iat": ISSUED}
    head["x5t#S256"] = base64url.encode(hashlib.sha256(operator("TH")[1]).digest())
    body = base64url.encode(strict_json.compact(member_document()))
    for tail in ("", "AA"):
        data = f"{base64url.encode(strict_json.compact(head))}.{body}.{tail}".encode()
        assert judge(data).code in ("crypto.algorithm_none", "list.not_a_jws")


@pytest.mark.parametrize("secret", ["certificate", "spki"])
def test_hs256_with_the_public_key_as_secret(secret):
    signing_key, certificate = operator("TH")
    material = certificate if secret == "certificate" else signing_key.verification_key.spki()
    head = {"alg": "HS256", "iat": ISSUED}
    head["x5t#S256"] = base64url.encode(hashlib.sha256(certificate).digest())
    body = base64url.encode(strict_json.compact(member_document()))
    message = f"{base64url.encode(strict_json.compact(head))}.{body}".encode()
    mac = hmac.new(material, message, hashlib.sha256).digest()
    assert judge(message + b"." + base64url.encode(mac).encode()).code == (
        "crypto.algorithm_symmetric"
    )


def test_zero_signature():
    message, _, _ = HONEST.rpartition(b".")
    assert judge(message + b"." + base64url.encode(bytes(64)).encode()).trust_list is None


def test_a_key_from_the_header():
    attacker = key("attacker")
    jwk = dict(attacker.verification_key.jwk())
    data = forged(member_document(), signer=(attacker, operator("TH")[1]), jwk=jwk)
    assert judge(data).code == "list.header"


def test_a_service_key_signs_no_list():
    """A key listed *in* the list, in a certificate of its own, is no signer *of* lists."""
    service_key = key("service TH 1")
    certificate = publish.tl_signer_certificate(
        service_key,
        territory="TH",
        operator=operator_name("TH"),
        not_before=NOW - DAY,
        not_after=NOW + DAY,
    )
    data = forged(member_document(), signer=(service_key, certificate))
    assert judge(data).code == "list.signer_not_pinned"


# --- form ----------------------------------------------------------------------------------------
def test_duplicate_members_show_two_readers_two_lists():
    text = strict_json.compact(member_document())
    honest = b'"LoTESequenceNumber":5'
    assert honest in text
    assert judge(forged(text)).trust_list
    assert judge(forged(text.replace(honest, honest + b',"LoTESequenceNumber":9'))).code == (
        "json.duplicate_member"
    )


def test_duplicate_entries_of_conflicting_status():
    twin = service(status=Status.WITHDRAWN)
    document = member_document(entities=[entity("TH", service(), twin)])
    refused = judge(forged(document))
    assert refused.code == "list.duplicate"
    assert "service 1 of TH" in refused.findings[0].text


def test_an_oversized_list_is_refused_before_any_work():
    started = time.perf_counter()
    assert judge(b"a" * ((64 << 20) + 1)).code == "list.too_large"
    assert time.perf_counter() - started < 0.5


def test_a_deep_document_is_refused():
    bomb = b'{"LoTE":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert judge(forged(bomb)).code == "json.too_deep"


def test_a_wide_document_is_refused_in_time():
    document = member_document(pointers=[pointer(MEMBER, "TH")] * 300)
    assert judge(forged(document)).code == "list.too_many"


def test_an_unknown_critical_extension_hides_nothing():
    content = publish.extension("OnlyForSomePurposes", True, critical=True)
    assert judge(forged(member_document(extensions=[content]))).code == "list.extension_critical"
    harmless = publish.extension("OnlyForSomePurposes", True)
    assert judge(forged(member_document(extensions=[harmless]))).trust_list


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Ministry of \u202eetatS", "list.text_forbidden"),
        ("Min\u200bistry", "list.text_forbidden"),
        ("\u041cinistry of State", "list.text_script"),
        ("Ministry \u0391uthority", "list.text_script"),
        ("M\uff49nistry", "list.text_script"),
        ("<script>alert(1)</script>", "list.text_forbidden"),
        ("Ministe\u0301rio", "list.text_not_normal"),
    ],
)
def test_names_that_look_like_others(name, code):
    document = changed(member_document(), (*CURRENT, "ServiceName", 0, "value"), name)
    assert judge(forged(document)).code == code
    latin = changed(
        member_document(), (*CURRENT, "ServiceName", 0, "value"), "Ministério TEST-ONLY"
    )
    assert judge(forged(latin)).trust_list


def test_territories_that_look_like_others():
    for territory in ("ＴＨ", "TН", "th", "TH ", "T\u200bH", "THA", "764", "UK", "EL", "AP"):
        document = changed(member_document(), (*SCHEME, "SchemeTerritory"), territory)
        assert judge(forged(document)).trust_list is None


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<!DOCTYPE html><html><head><title>502</title></head></html>",
        b"HTTP/1.1 302 Found\r\nLocation: https://evil.test.example/\r\n\r\n",
        b'{"error":"not found"}',
        b"Not.Found.Here",
        b"\x1f\x8b\x08\x00" + bytes(60),
        b"\x00" * 1000,
        b".." * 1000,
        b"." * 100_000,
    ],
)
def test_an_error_page_is_no_list_and_never_replaces_one(page, tmp_path):
    store = TrustStore(tmp_path / "trust")
    store.init(Pins([pin(MEMBER, "TH")]))
    assert store.add(HONEST, now=NOW).trust_list
    assert store.add(page, now=NOW).trust_list is None
    assert store.documents()[MEMBER, "TH"] == HONEST
    assert store.load(NOW).missing == ()


# --- status --------------------------------------------------------------------------------------
def test_a_withdrawn_service_was_granted_once_and_is_not_now():
    gone = service(
        status=Status.WITHDRAWN,
        since=NOW - 10 * DAY,
        history=[(Status.GRANTED, NOW - 300 * DAY)],
    )
    accepted = judge(signed(member_document(entities=[entity("TH", gone)]))).trust_list
    (only,) = accepted.services
    assert only.status_at(NOW).status is Status.WITHDRAWN
    assert only.status_at(NOW - 10 * DAY).status is Status.WITHDRAWN
    assert only.status_at(NOW - 10 * DAY - 1).status is Status.GRANTED
    assert only.status_at(NOW - 301 * DAY) is None


def test_a_history_out_of_order_would_bring_a_grant_back():
    gone = service(
        status=Status.WITHDRAWN,
        since=NOW - 10 * DAY,
        history=[(Status.SUSPENDED, NOW - 200 * DAY), (Status.GRANTED, NOW - 100 * DAY)],
    )
    document = member_document(entities=[entity("TH", gone)])
    assert judge(forged(document)).code == "list.history_order"


# --- roots ---------------------------------------------------------------------------------------
def test_empty_pins_verify_nothing():
    documents = {(MEMBER, "TH"): HONEST, (REGIONAL, "AP"): signed(regional_document())}
    found = assemble(Pins(), documents, now=NOW)
    assert found.lists == ()
    assert found.snapshot().by_issuer == {}


def test_a_pin_without_signers_cannot_be_made_and_verifies_nothing():
    assert judge(HONEST).trust_list
    from defa_trust.errors import MisuseError
    from defa_trust.trustlist.accept import accept

    with pytest.raises(MisuseError):
        Pins([Pin(MEMBER, "TH", ())])
    assert accept(HONEST, Pin(MEMBER, "TH", ()), last=None, now=NOW).code == "list.no_pin"


def test_a_stored_list_is_not_believed_for_being_stored(tmp_path):
    store = TrustStore(tmp_path / "trust")
    store.init(Pins([pin(MEMBER, "TH")]))
    store.put(MEMBER, "TH", signed(member_document(), signer=self_signed()))
    assert [m.code for m in store.load(NOW).missing] == ["list.signer_not_pinned"]
    # A list of another state under this state's name.
    store.put(MEMBER, "TH", signed(member_document("SG")))
    assert [m.code for m in store.load(NOW).missing] == ["list.signer_not_pinned"]


def test_an_older_list_put_back_on_disk_is_noticed(tmp_path):
    store = TrustStore(tmp_path / "trust")
    store.init(Pins([pin(MEMBER, "TH")]))
    store.put(MEMBER, "TH", HONEST)
    assert store.load(NOW).missing == ()
    store.put(MEMBER, "TH", signed(member_document(sequence=4)))
    assert [m.code for m in store.load(NOW).missing] == ["list.rollback"]
