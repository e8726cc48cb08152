"""Which contents a file's signatures are over, of those that came beside it (floor 9, part of
``signatures``)."""

from __future__ import annotations

from .authenticate import covers
from .codes import signature as codes
from .content import Content
from .finding import Finding
from .formats.base import PartRole
from .formats.signature import CONTENT, Signature, SignedFile
from .material import EvidenceKind, EvidenceView


def with_named(signature: Signature, evidence: EvidenceView) -> Signature:
    """Detached contents that are among the evidence under the name the signature gives them.

    Nothing is believed of that name: the digest decides, as for what came unnamed. The same
    signature where none was found.
    """
    if all(claim.content is not None or claim.uri is None for claim in signature.contents):
        return signature
    found = []
    for claim in signature.contents:
        if claim.content is None and claim.uri is not None:
            octets = evidence.named(EvidenceKind.CONTENT, claim.uri)
            if octets is not None:
                claim = claim._replace(content=Content.of(octets))  # noqa: PLW2901
        found.append(claim)
    if all(new is old for new, old in zip(found, signature.contents, strict=True)):
        return signature
    return signature._replace(contents=tuple(found))


def uncovered(file: SignedFile, given: tuple[bytes, ...], evidence: EvidenceView) -> Finding | None:
    """What was given as content and no signature of the file is over, as where a manifest omits a
    file: whoever gave it asks about it too. What is tried as one of the contents is no such."""
    signatures = [each for each in file.signatures if isinstance(each, Signature)]
    claims = [claim for signature in signatures for claim in signature.contents]
    if len(given) == 1 and any(claim.what == CONTENT for claim in claims):
        return None
    named = [
        None if claim.uri is None else evidence.named(EvidenceKind.CONTENT, claim.uri)
        for claim in claims
        if claim.content is None
    ]
    if None in named:
        return None
    contents = [Content.of(octets) for octets in given if octets not in named]
    left = sum(not any(covers(claim, content) for claim in claims) for content in contents)
    if not left:
        return None
    return Finding(codes.CONTENT_NOT_COVERED, len(given), left, subject=PartRole.SIGNER)
