"""Signed XML lists for tests: TEST-ONLY operators, and ways to take a document apart."""

from __future__ import annotations

from functools import cache

from defa_trust.codec import xml
from defa_trust.crypto import VerificationKey
from defa_trust.errors import Rejection
from defa_trust.formats import xmldsig
from defa_trust.formats.xmldsig_sign import sign_enveloped
from defa_trust.trustlist.ts119612.bridge import convert_to_612
from defa_trust.trustlist.ts119612.opening import open_list

from . import signed_lists as lists

DS = f"{{{xmldsig.DS}}}"
XADES = f"{{{xmldsig.XADES}}}"
NOW = lists.NOW


@cache
def unsigned(territory="TH"):
    return convert_to_612(lists.member_document(territory)).document


@cache
def signed(territory="TH"):
    key, certificate = lists.operator(territory)
    return sign_enveloped(unsigned(territory), key, certificate, signed_at=lists.ISSUED)


def pin(territory="TH"):
    return lists.operator(territory)[1]


def signer(territory="TH"):
    key, certificate = lists.operator(territory)
    found: VerificationKey = key.verification_key
    return xmldsig.Signer(certificate, found)


def tree(data):
    return xml.parse(data)


def resign(root, territory="TH"):
    """Sign SignedInfo as it stands now with the genuine key: for faults that the key's owner made,
    or that an attacker could only make with it. Digests stay as they are."""
    key, _ = lists.operator(territory)
    info = root.find(f"{DS}Signature/{DS}SignedInfo")
    octets = xml.canonical_element(info, xml.Canonical.EXCLUSIVE)
    value = root.find(f"{DS}Signature/{DS}SignatureValue")
    from defa_trust.codec import base64url

    value.text = base64url.encode_standard(key.sign("ES256", octets))
    return xml.serialise(root)


def refusal(data, signers=None, **more):
    """Code of the refusal, or ``None`` for a list that was opened."""
    more = {"now": NOW, "territory": "TH", **more}
    try:
        open_list(data, [pin()] if signers is None else signers, **more)
    except Rejection as refused:
        return refused.code.id
    return None
