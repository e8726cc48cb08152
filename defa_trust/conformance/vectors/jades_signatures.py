"""JAdES: the JWS, its header, its signers, and what was added to it (ETSI TS 119 182-1)."""

from __future__ import annotations

import json
from hashlib import sha1, sha256, sha512
from typing import Any

from ...algorithms import KeyType
from ...codec import base64url
from ...codec.json import compact as written
from ...demo import pki
from ..build import DAY, MOMENT, Json, request_of
from ..cms_build import (
    ALICE,
    BOB,
    DOCUMENT,
    ISSUING,
    MALLORY,
    OUTSIDER,
    ROOT,
    SHORT,
    case,
    clock,
    crls,
    item,
)
from ..jades_build import (
    TEXT,
    compact,
    container,
    flattened,
    general,
    header,
    parts,
    revocations,
    stamped,
)
from ..registry import Case, Group, Importance

_TS = "ETSI TS 119 182-1"
_AV = "EN 319 102-1"
_group = Group("jades", features=("jades", "certificate-path", "crl", "es256"), twin="compact_form")
_UNENCODED = header(b64=False, crit=["b64"])
_LATE = (*crls(MOMENT - 15 * DAY), *crls())
"""CRLs of before her certificate ended, and of yesterday."""


def _of(**members: Any) -> Case:
    """The good signature, with other members in the header that is signed."""
    return case(compact(head=header(**members)))


def _changed(data: bytes, **members: Any) -> bytes:
    file: Json = json.loads(data)
    return written(file | members)


# --- forms ---------------------------------------------------------------------------------------
@_group.vector(f"{_TS}, 4")
def compact_form() -> Case:
    """Level B-B in compact serialization, the payload inside."""
    return case(compact())


@_group.vector("RFC 7515, 7.2.2")
def flattened_form() -> Case:
    """The same in flattened JSON serialization."""
    return case(flattened())


@_group.vector("RFC 7515, 7.2.1")
def general_form_with_two_signers() -> Case:
    """Two people signed one payload, each with a header of their own."""
    return case(general((ALICE, None), (BOB, None)))


@_group.vector("RFC 7515, 7.2.1", "crypto.signature_invalid", twin="general_form_with_two_signers")
def second_signer_of_another_payload() -> Case:
    """The second signature is over something else: the file as a whole does not pass."""
    file = json.loads(general((ALICE, None), (BOB, None)))
    encoded, _, value = parts(b"TEST-ONLY other", BOB)
    file["signatures"][1] = {"protected": encoded, "signature": value}
    return case(written(file))


@_group.vector("RFC 7515, 7.2.2", "jades.structure", twin="flattened_form")
def one_signature_beside_a_list_of_them() -> Case:
    """The file has `signatures` and a `signature` of its own: readers would differ in which."""
    file = json.loads(flattened())
    return case(_changed(general((ALICE, None)), **file))


@_group.vector("RFC 7515, 7.1", "jades.structure")
def two_segments() -> Case:
    """The signature's segment is missing."""
    data = compact().rpartition(b".")[0]
    return case(data, request=request_of(format="jades"))


@_group.vector("RFC 7515, 4", "jades.unprotected", twin="flattened_form")
def algorithm_in_the_unsigned_header() -> Case:
    """Anybody could have put it there."""
    return case(flattened(unsigned={"alg": "ES256"}))


@_group.vector("RFC 8259, 4", "json.duplicate_member")
def header_member_twice() -> Case:
    """The signed header says the time twice; which one a reader takes is up to it."""
    head = written(header()).replace(b'{"alg"', b'{"iat":1,"alg"', 1)
    return case(compact(head=head))


# --- the payload ---------------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.2.7", "crypto.signature_invalid")
def payload_changed() -> Case:
    """One word of the payload is another."""
    encoded, body, value = parts()
    other = base64url.encode(base64url.decode(body).replace(b"two", b"ten"))
    return case(f"{encoded}.{other}.{value}".encode())


@_group.vector("RFC 4648, 3.5", "base64url.not_canonical")
def payload_spelled_in_another_way() -> Case:
    """The last character of the payload has unused bits set, and the signature is over that."""
    encoded, _, _ = parts(b"TEST-ONLY")
    from ...formats.sign_common import sign_plain

    body = base64url.encode(b"TEST-ONLY!")
    body = body[:-1] + chr(ord(body[-1]) + 1)
    value = base64url.encode(sign_plain(ALICE, f"{encoded}.{body}".encode()))
    return case(f"{encoded}.{body}.{value}".encode())


@_group.vector("RFC 7515, appendix F")
def detached_payload() -> Case:
    """The payload came by itself."""
    return case(compact(detached=True), item("content", DOCUMENT))


@_group.vector(f"{_AV}, 5.2.7", "jades.payload_missing", twin="detached_payload")
def detached_payload_that_nobody_brought() -> Case:
    """Nothing is known of what was signed."""
    return case(compact(detached=True))


@_group.vector(f"{_AV}, 5.2.7", "crypto.signature_invalid", twin="detached_payload")
def detached_payload_that_is_another() -> Case:
    """Another document was brought."""
    return case(compact(detached=True), item("content", DOCUMENT + b" "))


def _by_edna() -> bytes:
    edna = pki.signer("Edna", "VN", ISSUING, key_type=KeyType.ED25519)
    return compact(signer=edna, head=header(edna, alg="EdDSA"), detached=True)


@_group.vector("RFC 8037, 3.1", features=("ed25519",))
def detached_payload_under_ed25519() -> Case:
    """Ed25519 signs the octets themselves, not their digest: header, full stop, payload."""
    return case(_by_edna(), item("content", DOCUMENT))


@_group.vector(
    f"{_AV}, 5.2.7",
    "crypto.signature_invalid",
    features=("ed25519",),
    twin="detached_payload_under_ed25519",
)
def detached_payload_under_ed25519_that_is_another() -> Case:
    """The payload at hand has a space more than the one that was signed."""
    return case(_by_edna(), item("content", DOCUMENT + b" "))


@_group.vector("RFC 7797, 5.2")
def payload_not_encoded() -> Case:
    """`b64` is false and critical: the payload stands in the compact form as it is."""
    return case(compact(TEXT, head=_UNENCODED))


@_group.vector("RFC 7797, 6", "jades.b64", twin="payload_not_encoded")
def payload_not_encoded_and_not_critical() -> Case:
    """`crit` does not name `b64`, so a reader that does not know it would read another payload."""
    return case(compact(TEXT, head=header(b64=False)))


@_group.vector("RFC 7797, 3", "jades.b64_unlike", twin="general_form_with_two_signers")
def two_signers_with_two_encodings() -> Case:
    """One signature reads the payload as base64url, the other as it is."""
    return case(general((ALICE, None), (BOB, header(BOB, b64=False, crit=["b64"]))))


# --- the header ----------------------------------------------------------------------------------
@_group.vector(f"{_TS}, 5.2.1")
def time_as_a_date() -> Case:
    """`sigT`, as signatures before July 2025 state their time, named as critical."""
    return _of(iat=None, sigT="2025-01-31T12:00:00Z", crit=["sigT"])


@_group.vector(f"{_TS}, 5.2.1", "jose.header_member", twin="time_as_a_date")
def time_with_an_offset() -> Case:
    """`sigT` is in another zone than UTC."""
    return _of(iat=None, sigT="2025-01-31T12:00:00+07:00", crit=["sigT"])


@_group.vector(f"{_TS}, 5.2.1", "jose.header_member", importance=Importance.PROFILE)
def two_times_that_differ() -> Case:
    """`iat` and `sigT` say different times."""
    return _of(sigT="2025-01-31T12:00:00Z")


@_group.vector(f"{_TS}, 5.2.3 to 5.2.5")
def statements_of_the_signer() -> Case:
    """Commitment, claimed role and place are told, and change nothing."""
    return _of(
        srCms=[{"commId": {"id": "urn:oid:1.2.840.113549.1.9.16.6.1"}}],
        srAts=[{"claimed": {"mediaType": "text/plain", "vals": ["TEST-ONLY clerk"]}}],
        sigPl={"addressCountry": "VN"},
    )


@_group.vector("RFC 7515, 4.1.11", "jose.crit")
def unknown_critical_extension() -> Case:
    """The header demands that something be understood which nobody defined."""
    return _of(crit=["urn:test:extension"], **{"urn:test:extension": 1})


@_group.vector("RFC 7515, 4.1.11", "jose.crit")
def critical_extension_that_is_absent() -> Case:
    """`crit` names a member that the header does not have."""
    return _of(crit=["sigPl"])


@_group.vector(f"{_TS}, 5.3.1", "jose.header_member")
def unsigned_components_in_the_signed_header() -> Case:
    """`etsiU` is signed: what is added later cannot be."""
    return _of(etsiU=[])


@_group.vector("RFC 8725, 3.11", "jades.type")
def credential_read_as_a_document() -> Case:
    """The header says that this is a credential; asked for as a signed document it is refused."""
    data = compact(head=header(typ="vc+jwt"))
    return case(data, request=request_of(format="jades"))


@_group.vector("RFC 8725, 3.1", "crypto.algorithm_none")
def no_algorithm() -> Case:
    """`alg` is none."""
    return _of(alg="none")


# --- the certificate -----------------------------------------------------------------------------
@_group.vector(f"{_TS}, 5.2.2.2")
def certificate_by_another_digest() -> Case:
    """`x5t#o` with SHA-512 in the place of `x5t#S256`."""
    digest = base64url.encode(sha512(ALICE.certificate).digest())
    return _of(**{"x5t#S256": None, "x5t#o": {"digAlg": "S512", "digVal": digest}})


@_group.vector(f"{_AV}, 5.2.8", "jades.digest_weak", twin="certificate_by_another_digest")
def certificate_by_a_weak_digest() -> Case:
    """The digest is SHA-1, on which no reference counts."""
    sha_1 = "http://www.w3.org/2000/09/xmldsig#sha1"
    digest = sha1(ALICE.certificate, usedforsecurity=False).digest()
    other = {"digAlg": sha_1, "digVal": base64url.encode(digest)}
    return _of(**{"x5t#S256": None, "x5t#o": other})


@_group.vector(f"{_TS}, 5.1.7", "signature.certificate_mismatch")
def references_to_two_certificates() -> Case:
    """`x5t#o` is of Bob's certificate, `x5t#S256` and `x5c` are of Alice's."""
    digest = base64url.encode(sha512(BOB.certificate).digest())
    return _of(**{"x5t#o": {"digAlg": "S512", "digVal": digest}})


@_group.vector(f"{_AV}, 5.2.6", "path.no_issuer")
def signer_certified_by_an_outsider() -> Case:
    """Mallory signs with her own certificate, of an authority that nobody lists."""
    return case(compact(signer=MALLORY))


@_group.vector(f"{_TS}, 5.1.8", "crypto.signature_invalid")
def certificate_of_somebody_else() -> Case:
    """Mallory's value under a header that names Alice's certificate throughout."""
    return case(compact(signer=MALLORY, head=header(ALICE)))


# --- time ----------------------------------------------------------------------------------------
@_group.vector(f"{_TS}, 5.3.4", features=("rfc3161",))
def time_stamped_before_the_end() -> Case:
    """Her certificate has ended; the time-stamp shows that she signed before that."""
    stamp = stamped(clock(MOMENT - 20 * DAY))
    return case(flattened(stamp, signer=SHORT), lists=_LATE)


@_group.vector(f"{_AV}, 5.5", "path.expired", twin="time_stamped_before_the_end")
def ended_and_not_time_stamped() -> Case:
    """Nothing shows that it is older than her certificate's end."""
    return case(flattened(signer=SHORT), lists=_LATE)


@_group.vector(f"{_AV}, 5.5", "path.expired", twin="time_stamped_before_the_end",
               features=("rfc3161",))  # fmt: skip
def time_stamp_over_the_decoded_value() -> Case:
    """The token covers the value's octets, and not its base64url text as the clause says."""
    value = base64url.decode(json.loads(flattened(signer=SHORT))["signature"])
    stamp = stamped(clock(MOMENT - 20 * DAY), value)
    return case(flattened(stamp, signer=SHORT), lists=_LATE)


@_group.vector(f"{_TS}, 5.3.1", features=("rfc3161",))
def components_in_clear() -> Case:
    """The time-stamp stands in `etsiU` as JSON, not as base64url."""
    return case(flattened(stamped(clock(MOMENT - 20 * DAY)), signer=SHORT, clear=True), lists=_LATE)


@_group.vector(f"{_TS}, 5.3.1", "path.expired", twin="time_stamped_before_the_end",
               features=("rfc3161",), importance=Importance.PROFILE)  # fmt: skip
def components_spelled_in_two_ways() -> Case:
    """One component is base64url, another JSON: none of them is read."""
    file = json.loads(flattened(stamped(clock(MOMENT - 20 * DAY)), signer=SHORT))
    file["header"]["etsiU"].append({"xVals": []})
    return case(written(file), lists=_LATE)


@_group.vector(f"{_TS}, 5.2.6", features=("rfc3161",))
def content_time_stamp() -> Case:
    """`adoTst` covers the payload in base64url: the signature is younger than that."""
    over = sha256(base64url.encode(DOCUMENT).encode()).digest()
    return _of(adoTst=container(clock(MOMENT - 20 * DAY)("sha-256", over)))


# --- revocation ----------------------------------------------------------------------------------
@_group.vector(f"{_TS}, 5.3.5.3")
def revocation_lists_inside() -> Case:
    """The lists are in the file itself."""
    return case(flattened(revocations("crlVals", crls())), lists=())


@_group.vector(f"{_TS}, 5.3.5.3", features=("ocsp",))
def ocsp_responses_inside() -> Case:
    """OCSP responses about both certificates are in the file itself."""
    until = MOMENT + 7 * DAY
    made = (
        pki.ocsp(ISSUING, ALICE.certificate, issued=MOMENT - DAY, next_update=until),
        pki.ocsp(ROOT, ISSUING.certificate, issued=MOMENT - DAY, next_update=until),
    )
    return case(flattened(revocations("ocspVals", made)), lists=())


@_group.vector(f"{_AV}, 5.2.5", "revocation.missing", twin="revocation_lists_inside")
def revocation_list_of_an_outsider_inside() -> Case:
    """The list in the file is signed by an authority that certified nobody here."""
    forged = pki.crl(OUTSIDER, issued=MOMENT - DAY, next_update=MOMENT + DAY)
    return case(flattened(revocations("crlVals", [forged])), lists=())


@_group.vector(f"{_AV}, 5.2.5", "revocation.revoked", twin="flattened_form")
def signer_revoked() -> Case:
    """The signer was revoked ten days ago, and nothing shows that the signature is older."""
    return case(flattened(), lists=crls(revoked=[(ALICE, MOMENT - 10 * DAY)]))
