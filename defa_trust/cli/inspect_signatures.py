"""What a signed file claims, for `defa-trust inspect` (floor 13). Nothing is verified."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from ..errors import Rejection
from ..formats.signature import AttachedTimestamp, RefusedSignature, Signature, SignedFile
from ..formats.tst import parse_token
from ..x509.certificate import open_certificate
from ..x509.profiles import describe
from .render import plain

_SHOWN: Final = 32
"""Certificates of one file whose facts are shown; a signature seldom brings more than four."""


def signed_shape(file: SignedFile, size: int, show_claims: bool) -> dict[str, Any]:
    """The file and each of its signatures; roles and places are personal, so only on demand."""
    read = [each for each in file.signatures if isinstance(each, Signature)]
    certificates = tuple(
        dict.fromkeys((*file.certificates, *(der for each in read for der in each.certificates)))
    )
    evidence = (*file.evidence, *(item for each in read for item in each.evidence))
    return {
        "format": file.format,
        "bytes": size,
        "sha256": file.digest.hex(),
        "certificates": len(certificates),
        "certificateFacts": [_facts(der) for der in certificates[:_SHOWN]],
        "evidence": [item.kind.value for item in evidence],
        "findings": [finding.code.id for finding in file.findings],
        "signatures": [_signature(signature, show_claims) for signature in file.signatures],
    }


def _facts(der: bytes) -> dict[str, Any]:
    """What a certificate is for, as it says itself: no name of anybody."""
    shape: dict[str, Any] = {"sha256": sha256(der).hexdigest()}
    try:
        certificate = open_certificate(der)
        shape["notBefore"], shape["notAfter"] = certificate.not_before, certificate.not_after
        shape["facts"] = list(describe(certificate))
    except Rejection as refusal:
        shape["refused"] = refusal.code.id
    return shape


def _signature(signature: Signature | RefusedSignature, show_claims: bool) -> dict[str, Any]:
    if isinstance(signature, RefusedSignature):
        return {"name": signature.name, "refused": signature.finding.code.id}
    stated = signature.stated
    shape: dict[str, Any] = {
        "name": signature.name,
        "algorithms": [algorithm.name for algorithm in signature.part.algorithms],
        "contents": [
            f"{claim.what} by {'its octets' if signature.joined else claim.algorithm}, "
            f"{'detached' if claim.content is None else 'here'}"
            for claim in signature.contents
        ],
        "signingCertificate": [
            f"{reference.algorithm} {reference.digest.hex()}" for reference in signature.references
        ],
        "signingTime": stated.signing_time,
        "commitments": list(stated.commitments),
        "policy": None if stated.policy is None else stated.policy.identifier,
        "timestamps": [_timestamp(stamp) for stamp in signature.timestamps],
        "notEvaluated": list(signature.unevaluated),
    }
    if show_claims:
        shape["roles"] = list(stated.roles)
        shape["place"] = plain(dict(stated.place)) if stated.place else None
    return shape


def _timestamp(stamp: AttachedTimestamp) -> dict[str, Any]:
    try:
        info = parse_token(stamp.token, stamp.covers).info
    except Rejection as refusal:
        return {"kind": stamp.kind.value, "refused": refusal.code.id}
    return {"kind": stamp.kind.value, "madeBy": info.latest, "policy": info.policy}
