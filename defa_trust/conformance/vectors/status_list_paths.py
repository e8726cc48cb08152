"""Status lists whose signer no list names: its certificate leads to an authority that one does."""

from __future__ import annotations

from base64 import b64encode

from ...demo import pki
from ...signer import SoftwareSigner
from ..build import DAY, MOMENT, vc
from ..paths import crl, fresh, issuer, listed, path_world, root
from ..paths import evidence as crl_evidence
from ..registry import Case, Group, Importance
from ..status_lists import INDEX, compressed, evidence, token_jwt, token_reference

_KEYS = "draft-ietf-oauth-status-list-21, 11.3"
_group = Group(
    "status_list",
    features=("certificate-path", "es256", "status-list-jwt", "vc-jwt"),
    twin="signed_by_the_certificate_of_the_credential",
)


def _x5c(signer: SoftwareSigner) -> dict[str, object]:
    return {"kid": None, "x5c": [b64encode(signer.certificate).decode()]}


def _next(**members: object) -> SoftwareSigner:
    """Another signer below the authority that the list names."""
    chosen: dict[str, object] = {
        "usages": ("digital_signature",),
        "not_before": MOMENT - DAY,
        "not_after": MOMENT + 400 * DAY,
        **members,
    }
    return pki.signer("next credential signer of TH", "TH", root(), **chosen)


def _case(signer: SoftwareSigner, *, revoked: bytes | None = None, value: int = 0) -> Case:
    own = issuer()
    data = vc(header=_x5c(own), signer=own.key, status=token_reference())
    octets = token_jwt(lst=compressed({INDEX: value}), signer=signer.key, header=_x5c(signer))
    known = fresh() if revoked is None else (crl_evidence(revoked),)
    states = path_world(listed(), listed(territory="MY"))
    return Case(data, states, evidence=(evidence(octets), *known))


@_group.vector(_KEYS)
def signed_by_the_certificate_of_the_credential() -> Case:
    """The certificate that signed the credential signed the list."""
    return _case(issuer())


@_group.vector(_KEYS, "status.revoked")
def revoked_by_the_certificate_of_the_credential() -> Case:
    """The certificate that signed the credential signed a list that says "revoked"."""
    return _case(issuer(), value=1)


@_group.vector(_KEYS, importance=Importance.PROFILE)
def signed_by_a_later_certificate() -> Case:
    """A later certificate of the same service, below the same authority, signed the list."""
    return _case(_next())


@_group.vector(_KEYS, "status.signer_not_in_standing", twin="signed_by_a_later_certificate")
def later_certificate_revoked() -> Case:
    """The later certificate, which signed the list, is revoked."""
    moment = MOMENT - DAY // 2
    revoked = crl(revoked=[(pki.serial_of(_next().certificate), moment, None)], issued=moment)
    return _case(_next(), revoked=revoked)


@_group.vector(_KEYS, "status.signer_unbound", twin="signed_by_a_later_certificate")
def later_certificate_expired() -> Case:
    """The certificate that signed the list expired a second ago."""
    return _case(_next(not_before=MOMENT - 90 * DAY, not_after=MOMENT - 1))


@_group.vector(
    _KEYS,
    "status.signer_unbound",
    twin="signed_by_a_later_certificate",
    notes="One customer of an authority revokes what another issued.",
)
def later_certificate_of_another_issuer() -> Case:
    """The certificate that signed the list is made out to another issuer below the authority."""
    return _case(_next(uris=("https://other.th.test.example",)))


@_group.vector(_KEYS, "status.signer_unbound", twin="signed_by_a_later_certificate")
def certificate_of_another_state() -> Case:
    """A certificate below another state's listed authority signed the list."""
    return _case(issuer(root("MY"), "MY"))


@_group.vector(_KEYS, "status.signer_unbound", twin="signed_by_a_later_certificate")
def certificate_of_an_unlisted_authority() -> Case:
    """A certificate below an authority that no list names signed the list."""
    return _case(issuer(root(label="another authority")))
