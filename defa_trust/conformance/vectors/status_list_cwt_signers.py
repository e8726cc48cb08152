"""Status lists in CWT form, and of signers below listed authorities: who speaks, and how named."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

from ...demo.keys import service_certificate
from ...spec import SVC_PID_ISSUANCE, SVC_PID_REVOCATION
from ..build import (
    ISSUER,
    arrangement,
    hcert,
    key,
    member_list,
    qr,
    recognition_list,
    service,
    sign1,
    trust,
    vc,
    world,
)
from ..build import cwt as claims
from ..paths import crl, identity, issuer, root
from ..paths import evidence as crl_evidence
from ..registry import Case, Group, Importance
from ..status_lists import INDEX, evidence, listing, token_cwt, token_jwt, token_reference

_TSL = "draft-ietf-oauth-status-list-21"
_cwt = Group("status_list", features=("es256", "hcert", "status-list-cwt"), twin="cwt_good")
_path = Group(
    "status_list",
    features=("certificate-path", "es256", "status-list-jwt", "vc-jwt"),
    twin="list_that_names_no_key",
)


def _coded(octets: bytes) -> Case:
    return Case(hcert(l65535=token_reference()), evidence=(evidence(octets),))


@_cwt.vector(f"{_TSL}, 5.2")
def cwt_that_names_its_issuer() -> Case:
    """The list in CWT form says who issued it."""
    return _coded(token_cwt(claims={1: ISSUER}))


@_cwt.vector(f"{_TSL}, 5.2", "status.list_malformed", twin="cwt_that_names_its_issuer")
def cwt_whose_issuer_is_a_number() -> Case:
    """The list in CWT form has a number for its issuer."""
    return _coded(token_cwt(claims={1: 66}))


@_cwt.vector(f"{_TSL}, 5.2", "status.list_malformed", twin="cwt_that_names_its_issuer")
def cwt_whose_issuer_is_empty() -> Case:
    """The list in CWT form has an empty text for its issuer."""
    return _coded(token_cwt(claims={1: ""}))


@_cwt.vector(f"{_TSL}, 4.3", "status.list_malformed")
def cwt_whose_list_is_an_array() -> Case:
    """The status list is an array, and no map."""
    return _coded(token_cwt(claims={65533: [1, b""]}))


def _by_certificate(values: dict[int, int]) -> Case:
    """The issuer is listed by its certificate, whose digest begins with the `kid` of both."""
    der = service_certificate(key(), "TH", "TEST-ONLY", "TEST-ONLY issuer of TH")
    kid = sha256(der).digest()[:8]
    data = qr(sign1(claims(l65535=token_reference()), protected={1: -7, 4: kid}))
    octets = token_cwt(values, protected={4: kid})
    return Case(data, world(identities=[identity(der)]), evidence=(evidence(octets),))


@_cwt.vector("EU DCC specification volume 1, 3.3.2", features=("x509",))
def cwt_named_by_a_certificates_digest() -> Case:
    """The list's `kid` is the first eight octets of its listed certificate's digest."""
    return _by_certificate({})


@_cwt.vector(f"{_TSL}, 7.1", "status.revoked", features=("x509",),
             twin="cwt_named_by_a_certificates_digest")  # fmt: skip
def cwt_named_by_a_certificates_digest_revoked() -> Case:
    """A list found by its certificate's digest says "revoked"."""
    return _by_certificate({INDEX: 1})


# --- paths -----------------------------------------
def _x5c(der: bytes) -> dict[str, Any]:
    return {"kid": None, "x5c": [b64encode(der).decode()]}


_STATUS_ROOT = "status authority"


def _services(octets: bytes, *, formats: tuple[str, ...] = ()) -> Case:
    """An issuer below one authority, and a status service below another, both listed."""
    own, other = issuer(), root("TH", _STATUS_ROOT)
    credentials = service(
        type=SVC_PID_ISSUANCE, identities=[identity(root().certificate)], issuerIds=[ISSUER]
    )
    statuses = service(
        id="urn:test:TH-status",
        name="TEST-ONLY status service of TH",
        type=SVC_PID_REVOCATION,
        identities=[identity(other.certificate)],
        issuerIds=[ISSUER],
        formats=list(formats),
    )
    mapped = [{"home": SVC_PID_ISSUANCE, "recognised": SVC_PID_ISSUANCE}]
    lists = trust(
        member_list("TH", credentials, statuses),
        recognition_list("SG", arrangement(serviceTypeMap=mapped)),
    )
    data = vc(header=_x5c(own.certificate), signer=own.key, status=token_reference())
    known = (evidence(octets), crl_evidence(crl()), crl_evidence(crl(other)))
    return Case(data, lists, evidence=known)


def _status_signer(**members: Any) -> Any:
    return issuer(root("TH", _STATUS_ROOT), key_label="status", **members)


@_path.vector(f"{_TSL}, 11.3", importance=Importance.PROFILE)
def list_that_names_no_key() -> Case:
    """The list names no key: it is the one whose certificate signed the credential."""
    return _services(token_jwt(signer=issuer().key, header={"kid": None}))


@_path.vector(f"{_TSL}, 7.1", "status.revoked", importance=Importance.PROFILE)
def list_that_names_no_key_revoked() -> Case:
    """A list that names no key, signed with the credential's own, says "revoked"."""
    return _services(listing({INDEX: 1}, signer=issuer().key, header={"kid": None}))


@_path.vector(f"{_TSL}, 11.3", importance=Importance.PROFILE)
def list_by_a_status_service_below_its_authority() -> Case:
    """A status service's certificate, which names no issuer, leads to its own listed authority."""
    own = _status_signer()
    return _services(token_jwt(signer=own.key, header=_x5c(own.certificate)))


@_path.vector(f"{_TSL}, 11.3", importance=Importance.PROFILE)
def list_by_a_status_service_under_its_own_name() -> Case:
    """A status service's certificate is made out to the service itself, and not to an issuer."""
    own = _status_signer(uris=("https://status.th.test.example",))
    return _services(token_jwt(signer=own.key, header=_x5c(own.certificate)))


@_path.vector(f"{_TSL}, 11.3", "status.signer_unbound", importance=Importance.PROFILE,
              twin="list_by_a_status_service_below_its_authority",
              notes="A service's bounds in the list are not looked at.")  # fmt: skip
def list_by_a_status_service_of_another_form() -> Case:
    """The list says that the status service publishes lists in CWT form, and this is a JWT."""
    own = _status_signer()
    octets = token_jwt(signer=own.key, header=_x5c(own.certificate))
    return _services(octets, formats=("statuslist+cwt",))
