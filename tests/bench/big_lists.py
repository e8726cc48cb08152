"""Large TEST-ONLY lists, the same at every run: of one state with ten thousand services.

Certificates repeat as in real lists: one provider's certificate stands in the entries of all its
types of service (TS 119 612, 5.5.3 allows a key once for each type).
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from defa_trust import publish
from defa_trust.codec import base64url
from defa_trust.codec import json as strict_json
from defa_trust.crypto import KeyType
from defa_trust.signing_crypto import SigningKey, certificate_der
from defa_trust.trustlist.model import Status
from tests.signed_lists import DAY, ISSUED, NEXT, NOW, forged, operator_name

_ETSI = "http://uri.etsi.org/TrstSvc/Svctype/"
TYPES = tuple(
    _ETSI + name
    for name in (
        "CA/PKC", "CA/QC", "Certstatus/OCSP", "Certstatus/OCSP/QC", "Certstatus/CRL",
        "Certstatus/CRL/QC", "TSA", "TSA/QTST", "TSA/TSS-QC", "EDS", "EDS/Q", "EDS/REM",
        "EDS/REM/Q", "PSES", "PSES/Q", "AdESValidation", "QESValidation/Q", "AdESGeneration",
        "RemoteQSigCDManagement/Q", "EAA", "EAA/Q", "EAA/Pub-EAA", "ElectronicArchiving/Q",
        "Ledgers/Q", "IdV",
    )
)  # fmt: skip
"""Twenty-five types of service: as many entries of each certificate."""
_PLACES = ("กรุงเทพมหานคร", "เชียงใหม่", "ขอนแก่น", "สงขลา")


@cache
def authority(number: int) -> bytes:
    """The DER certificate of one provider's TEST-ONLY authority."""
    signing_key = SigningKey.from_seed(f"TEST-ONLY bench authority {number}", KeyType.P256)
    public = signing_key.private_key.public_key()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "TH"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"TEST-ONLY provider {number}"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "TEST-ONLY trust services"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"TEST-ONLY signing authority {number} G2"),
        ]
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    point = x509.DistributionPoint(
        [x509.UniformResourceIdentifier(f"http://crl{number}.th.test.example/authority.crl")],
        None, None, None,
    )  # fmt: skip
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(int.from_bytes(sha256(b"%d" % number).digest()[:16], "big") >> 1 | 1)
        .not_valid_before(datetime.fromtimestamp(NOW - 900 * DAY, UTC))
        .not_valid_after(datetime.fromtimestamp(NOW + 2000 * DAY, UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .sign(signing_key.private_key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return certificate_der(signed)


def _service(provider: int, place: int):
    number = provider * len(TYPES) + place
    english = f"TEST-ONLY service {place} of provider {provider}"
    local = {"en": english, "th": f"บริการที่ {place} {_PLACES[number % 4]}"}
    # Of the starting times in real lists one in five is new, and one in ten names an odd second.
    since = NOW - 300 * DAY - provider * DAY - place * 3600 - (0 if number % 10 else number)
    history = [(Status.SUSPENDED, since - 90 * DAY)] if number % 5 == 0 else ()
    return publish.service(
        id=f"urn:test:th:service:{number}",
        type=TYPES[place],
        name=local if number % 2 else english,
        identity=publish.certificate_identity(authority(provider)),
        since=since,
        history=history,
        status=Status.GRANTED if number % 50 else Status.WITHDRAWN,
        levels=[("urn:defa:scale:th:ial", "2.3")] if place % 3 == 0 else (),
        credential_types=[f"https://credentials.th.test.example/{place}"] if place > 18 else (),
        issuer_ids=[f"https://issuer{number}.th.test.example"] if place % 2 else (),
    )


def big_document(services: int = 10_000):
    """A member-state list of about 1.5 KB a service, 25 services of each provider."""
    providers = [
        publish.trusted_entity(
            name={"en": f"TEST-ONLY provider {number}", "th": f"ผู้ให้บริการทดสอบ {number}"},
            territory="TH",
            services=[_service(number, place) for place in range(len(TYPES))],
            uri=f"https://provider{number}.th.test.example/about",
            street=f"TEST-ONLY Street {number}",
        )
        for number in range(services // len(TYPES))
    ]
    return publish.member_state_list(
        territory="TH",
        operator=operator_name("TH"),
        sequence=5,
        issued=ISSUED,
        next_update=NEXT,
        entities=providers,
    )


def big_list(services: int = 10_000) -> tuple[bytes, bytes]:
    """(signed list, its payload). Signed with a TEST-ONLY key that ``signed_lists.pin`` pins."""
    payload = strict_json.compact(big_document(services))
    data = forged(payload)
    assert base64url.decode(data.split(b".")[1]) == payload
    return data, payload
