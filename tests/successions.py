"""Regional lists with several TEST-ONLY signers, and successions from one set to the next."""

from __future__ import annotations

from typing import NamedTuple

from defa_trust import publish
from defa_trust.cosign import add_signatures, carry_over, cosign, follow_on
from defa_trust.trustlist.accept import ListState, Pin, accept
from defa_trust.trustlist.companion import read_companion, write_companion
from defa_trust.trustlist.envelope import signing_digest

from .signed_lists import (
    DAY,
    ISSUED,
    NOW,
    REGION,
    REGIONAL,
    key,
    operator,
    operator_name,
    regional_document,
)


def officer(name):
    """(signing key, DER certificate) of one of the region's signers, by a one-letter name; that of
    `s` ends soon."""
    if name == "0":
        return operator(REGION)
    signing_key = key(f"officer {name}")
    return signing_key, _certificate(signing_key, name)


_made = {}


def _certificate(signing_key, name):
    if name not in _made:
        _made[name] = publish.tl_signer_certificate(
            signing_key,
            territory="ID",
            operator=operator_name(REGION),
            not_before=NOW - 400 * DAY,
            not_after=NOW + (100 if name == "s" else 400) * DAY,
            common_name=f"TEST-ONLY officer {name}",
        )
    return _made[name]


def ders(names):
    return tuple(officer(name)[1] for name in names)


def pin_of(names, threshold=1):
    return Pin(REGIONAL, REGION, ders(names), None, threshold)


class Issue(NamedTuple):
    """A published edition: the list and its companion."""

    data: bytes
    companion: bytes
    sequence: int

    @property
    def mark(self):
        return ListState(self.sequence, signing_digest(self.data))


def issue(
    sequence,
    by,
    *,
    to=None,
    threshold=1,
    after=None,
    previous=None,
    valid_from=None,
    issued=None,
    show=True,
    check=True,
    **more,
):
    """Edition ``sequence`` signed by ``by`` (its first letter makes the list's own signature).

    ``to`` and ``threshold`` are of a succession. ``after`` is the edition before (its companion is
    carried over); ``previous`` stands in its place in the succession. ``show``: whether the list
    before is shown in the companion.
    """
    issued = ISSUED - 3600 + min(sequence, 3600) if issued is None else issued
    extensions = []
    if to is not None:
        before = previous or after
        extensions = [
            publish.signer_succession(
                signers=ders(to),
                threshold=threshold,
                valid_from=issued if valid_from is None else valid_from,
                previous=before.data,
            )
        ]
    document = regional_document(sequence=sequence, issued=issued, extensions=extensions, **more)
    signing_key, certificate = officer(by[0])
    if check:
        data = publish.sign_list(document, signing_key, certificate, issued_at=issued)
    else:
        from .signed_lists import forged

        data = forged(document, signer=(signing_key, certificate), iat=issued)
    siblings = [cosign(data, *officer(name), issued_at=issued) for name in by[1:]]
    companion = None if after is None else carry_over(after.data, after.companion)
    companion = add_signatures(companion, siblings)
    if to is not None and show:
        shown = previous or after
        companion = follow_on(companion, shown.data, shown.companion)
    return Issue(data, companion, sequence)


def judge(edition, pin, last=None, *, now=NOW, companion=..., **more):
    beside = edition.companion if companion is ... else companion
    return accept(edition.data, pin, last=last, now=now, companion=beside, **more)


def with_steps(edition, change):
    """The edition with another companion: ``change`` maps the tuple of steps."""
    known = read_companion(edition.companion)
    return edition._replace(
        companion=write_companion(known._replace(steps=tuple(change(known.steps))))
    )
