"""Lists of TS 119 612 from outside the region, and their list of lists: TEST-ONLY, signed XML."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.x509.oid import NameOID

from defa_trust.formats.xmldsig_sign import sign_enveloped
from defa_trust.signing_crypto import certificate_der, hash_object
from defa_trust.trustlist.accept import Pin, accept
from defa_trust.trustlist.companion import Companion, write_companion
from defa_trust.trustlist.model import Binding
from defa_trust.trustlist.ts119612.model import (
    AdditionalServiceInformation,
    Address,
    Criteria,
    Extension,
    History,
    Identity,
    Pointer,
    Postal,
    Provider,
    Qualification,
    Service,
    Text,
    TrustedList,
)
from defa_trust.trustlist.ts119612.write import write_list

from . import signed_lists as lists
from .signed_lists import DAY, ISSUED, MEMBER, NEXT, NOW, REGIONAL

TYPE = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/"
SVC = "http://uri.etsi.org/TrstSvc/Svctype/"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
QUALIFIER = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
XML_MIME = "application/vnd.etsi.tsl+xml"
JOURNAL = "https://journal.test.example/C/2019/276"
GRANTED, WITHDRAWN = STATUS + "granted", STATUS + "withdrawn"
SINCE = NOW - 300 * DAY


def en(value):
    return (Text("en", value),)


ADDRESS = Address(
    (Postal("en", "TEST-ONLY Street 1", "Town", None, None, "DE"),),
    en("mailto:operator@list.test.example"),
)


def operator(territory, label="operator"):
    return lists.operator(territory, label=label)


@cache
def service_certificate(name):
    """A TEST-ONLY certificate of a service's own key, which signs and nothing else."""
    key = lists.key(f"service {name}")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"TEST-ONLY service {name}")])
    public = key.private_key.public_key()
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(int.from_bytes(sha256(name.encode()).digest()[:8], "big") | 1)
        .not_valid_before(datetime.fromtimestamp(NOW - 500 * DAY, UTC))
        .not_valid_after(datetime.fromtimestamp(NOW + 500 * DAY, UTC))
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    signed = builder.sign(key.private_key, hash_object("SHA-256"), ecdsa_deterministic=True)
    return certificate_der(signed)


def service(
    name="one", *, type=SVC + "EAA/Q", status=GRANTED, since=SINCE, history=(), identity=None,
    extensions=(), **more,
):  # fmt: skip
    return Service(
        type=type,
        names=en(f"TEST-ONLY service {name}"),
        identity=identity or Identity(certificates=(service_certificate(name),)),
        status=status,
        since=since,
        extensions=extensions,
        history=tuple(
            History(more.pop("past_type", type), en("before"), Identity(skis=(b"1",)), was, start)
            for was, start in history
        ),
        **more,
    )


def qualified(*uris):
    criteria = Criteria("atLeastOne", policy_sets=(("1.2.3.4",),))
    return Extension("Qualifications", True, (Qualification(tuple(uris), criteria),))


def additional(uri):
    return Extension("AdditionalServiceInformation", True, AdditionalServiceInformation(en(uri)[0]))


def provider(*services, name="TEST-ONLY provider"):
    return Provider(en(name), (), ADDRESS, en("https://provider.test.example/"), services)


def national(territory="DE", *services, code=None, **more):
    """The list of a state; ``code`` where TS 119 612 writes its territory in its own way, and
    ``stated`` where SchemeTerritory is to be anything else."""
    written = code or territory
    defaults = {
        "version": 6,
        "sequence": 7,
        "type": TYPE + "EUgeneric",
        "operator": en(lists.operator_name(territory)),
        "address": ADDRESS,
        "name": en(f"{written}:TEST-ONLY trusted list"),
        "information": en("https://list.test.example/about"),
        "status_determination": "http://uri.etsi.org/TrstSvc/TrustedList/StatusDetn/EUappropriate",
        "rules": en("http://uri.etsi.org/TrstSvc/TrustedList/schemerules/EUcommon"),
        "territory": written,
        "policies": (),
        "notices": en("TEST-ONLY"),
        "historical_period": 65535,
        "issued": ISSUED,
        "next_update": NEXT,
        "providers": (provider(*(services or (service(),))),),
    }
    more = {("territory" if name == "stated" else name): value for name, value in more.items()}
    return TrustedList(**{**defaults, **more})


def pointer(territory="DE", *, code=None, signers=None, **more):
    written = code or territory
    defaults = {
        "location": f"https://lists.test.example/{written}.xml",
        "identities": (Identity(certificates=tuple(signers or (operator(territory)[1],))),),
        "type": TYPE + "EUgeneric",
        "operator": en(lists.operator_name(territory)),
        "territory": written,
        "mime_type": XML_MIME,
    }
    return Pointer(**{**defaults, **more})


LOTL_URL = "https://lists.test.example/eu-lotl.xml"


def lotl(*pointers, signers=None, pivots=(), **more):
    """The list of lists; ``signers`` stand in its pointer to itself."""
    own = pointer(
        "EU", type=TYPE + "EUlistofthelists", location=LOTL_URL,
        signers=signers or [operator("EU")[1]],
    )  # fmt: skip
    information = (*pivots, JOURNAL, "https://list.test.example/about")
    return national(
        "EU",
        **{
            "type": TYPE + "EUlistofthelists",
            "providers": (),
            "information": tuple(Text("en", uri) for uri in information),
            "pointers": (own, *(pointers or (pointer(),))),
            "sequence": 100,
            **more,
        },
    )


def signed(found, territory=None, *, label="operator", signed_at=None, signer=None):
    from defa_trust.spec import iso_territory

    key, certificate = signer or operator(territory or iso_territory(found.territory), label)
    at = found.issued if signed_at is None else signed_at
    return sign_enveloped(write_list(found), key, certificate, signed_at=at)


def pin(territory="DE", *, kind=None, signers=None, **more):
    type = kind or (REGIONAL if territory == "EU" else MEMBER)
    chosen = tuple(signers or (operator(territory)[1],))
    return Pin(type, territory, chosen, binding=Binding.XML, **more)


def judge(data, territory="DE", *, last=None, now=NOW, pinned=None, pivots=None, **more):
    beside = None if pivots is None else write_companion(Companion(pivots=tuple(pivots)))
    return accept(data, pinned or pin(territory), last=last, now=now, companion=beside, **more)
