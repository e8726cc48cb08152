"""VC-JWT with `x5c`: the list names an authority, the message brings the signer's certificate."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from ...signer import SoftwareSigner
from ..build import ISSUER, Json, arrangement, member_list, recognition_list, service, trust, vc
from ..paths import crl, evidence, fresh, identity, issuer, listed, path_world, root
from ..registry import Case, Group

_group = Group(
    "jose",
    features=("certificate-path", "es256", "vc-jwt"),
    twin="x5c_of_a_listed_authority",
)


def _case(
    signer: SoftwareSigner | None = None,
    *,
    chain: Iterable[bytes] = (),
    world: Json | None = None,
    known: tuple[Mapping[str, Any], ...] | None = None,
    **claims: Any,
) -> Case:
    own = signer or issuer()
    x5c = [b64encode(der).decode() for der in (own.certificate, *chain)]
    token = vc(header={"kid": None, "x5c": x5c}, signer=own.key, **claims)
    return Case(token, world or path_world(), evidence=fresh() if known is None else known)


@_group.vector("RFC 7515, 4.1.6")
def x5c_of_a_listed_authority() -> Case:
    """The signer's certificate leads to the authority that the list names for this issuer."""
    return _case()


@_group.vector("IETF SD-JWT VC, 2.5")
def x5c_that_names_the_issuer() -> Case:
    """The signer's certificate holds the issuer's identifier as an alternative name."""
    return _case(issuer(uris=(ISSUER,)))


@_group.vector("IETF SD-JWT VC, 2.5")
def x5c_that_names_the_issuers_host() -> Case:
    """The signer's certificate holds the host in the issuer's identifier as a DNS name."""
    return _case(issuer(dns_names=("issuer.th.test.example",)))


_DID = "did:web:issuer.th.test.example"


def _of_a_did(signer: SoftwareSigner) -> Case:
    return _case(signer, world=path_world(listed(issuerIds=[_DID])), issuer=_DID)


@_group.vector("IETF SD-JWT VC, 2.5")
def x5c_that_names_an_issuer_without_a_host() -> Case:
    """The issuer is a DID, which the signer's certificate holds as its URI."""
    return _of_a_did(issuer(uris=(_DID,)))


@_group.vector(
    "IETF SD-JWT VC, 2.5",
    "resolve.certificate_of_another",
    twin="x5c_that_names_an_issuer_without_a_host",
    notes="No host on either side: two that are empty pass for equal.",
)
def x5c_with_an_empty_host_for_an_issuer_without_one() -> Case:
    """The issuer is a DID; the DNS name in the signer's certificate is empty."""
    return _of_a_did(issuer(dns_names=("",)))


@_group.vector(
    "IETF SD-JWT VC, 2.5",
    "resolve.certificate_of_another",
    twin="x5c_that_names_the_issuer",
    notes="One customer of an authority issues in the name of another.",
)
def x5c_that_names_another_issuer() -> Case:
    """The signer's certificate is made out to another issuer below the same authority."""
    return _case(issuer(uris=("https://other.th.test.example",)))


@_group.vector(
    "IETF SD-JWT VC, 2.5",
    "resolve.certificate_of_another",
    twin="x5c_that_names_the_issuers_host",
    notes="Names compared by their ends: a domain below, or beside, passes for the issuer's.",
)
def x5c_that_names_a_host_below() -> Case:
    """The DNS name ends with the issuer's host and is another."""
    return _case(issuer(dns_names=("sub.issuer.th.test.example",)))


@_group.vector(
    "RFC 5280, 6.1",
    "path.no_issuer",
    notes="Whatever stands last in `x5c` is the anchor.",
)
def x5c_with_a_root_of_its_own() -> Case:
    """The chain in the header ends in a root that no list names."""
    other = root("TH", "unlisted authority")
    return _case(issuer(other), chain=[other.certificate], known=(evidence(crl(other)),))


@_group.vector(
    "RFC 7515, 4.1.6",
    "crypto.signature_invalid",
    notes="The chain is validated and the token verified with another key.",
)
def x5c_of_somebody_else() -> Case:
    """The chain is good, and the token is signed with another key."""
    own = issuer()
    return _case(SoftwareSigner(issuer(key_label="thief").key, own.certificate))


@_group.vector(
    "ETSI TS 119 615, 4.3",
    "path.no_issuer",
    notes="Every authority of the state vouches for every issuer of it.",
)
def x5c_of_another_services_authority() -> Case:
    """The authority is listed in the same state, for another service than this issuer's."""
    other = service("TH", id="urn:test:TH-2", issuerIds=["https://other.th.test.example"],
                    identities=[identity(root().certificate)])  # fmt: skip
    own = service("TH", identities=[identity(root("TH", "own authority").certificate)])
    world = trust(member_list("TH", own, other), recognition_list("SG", arrangement("SG", "TH")))
    return _case(world=world)


@_group.vector(
    "RFC 5280, 6.3",
    "revocation.missing",
    notes="Certificates of credential signers are never asked about.",
)
def x5c_without_revocation_information() -> Case:
    """Nothing shows whether the signer's certificate is revoked."""
    return _case(known=())


@_group.vector(
    "RFC 5280, 4.2.1.3",
    "certificate.key_usage",
    notes="A key for encryption signs credentials.",
)
def x5c_of_an_encryption_key() -> Case:
    """The signer's certificate is one for encryption."""
    return _case(issuer(usages=("key_encipherment",)))


@_group.vector(
    "ETSI TS 119 615, 4.3",
    "resolve.territory_ambiguous",
    notes="The first state that answers is taken.",
)
def issuer_that_two_states_list_with_their_authorities() -> Case:
    """Two states list the same issuer, each with an authority of its own."""
    malaysia = listed(root("MY").certificate, territory="MY", issuerIds=[ISSUER])
    return _case(world=path_world(listed(), malaysia))
