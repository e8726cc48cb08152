"""Lint rules of scheme information, pointers and extensions (floor 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..spec import MEMBER_STATES
from .decode import MAX_VALIDITY_DAYS
from .lint_model import (
    SCHEME,
    Fault,
    Severity,
    Subject,
    english,
    mapping,
    pointer_signers,
    rule,
    seconds,
    sequence,
    string,
)
from .model import ListType, Publication
from .services import IN_OPERATION, SERVICE_EXTENSIONS, STATUSES

_DAY: Final = 86_400
_STATES: Final = frozenset(MEMBER_STATES)
_RULES: Final = "http://uri.etsi.org/TrstSvc/TrustedList/schemerules/"
_DETERMINATION: Final = "http://uri.etsi.org/TrstSvc/TrustedList/StatusDetn/"
SCHEME_EXTENSIONS: Final = frozenset(
    {
        "DefaPublication",
        "DefaPreviousList",
        "DefaClosed",
        "DefaSignerSuccession",
        "DefaCommunity",
        "DefaSnapshot",
        "DefaRecognition",
        "DefaReceivingLaw",
        "DefaRecognisedForeign",
    }
)
ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE


# --- times ---------------------------------------------------------------------------------------
@rule(
    "time.next_update_order",
    "TS 119 602, 6.3.15",
    ERROR,
    "Does NextUpdate follow the time of issue?",
)
def next_update_order(subject: Subject) -> Iterator[Fault]:
    if (
        subject.issued is not None
        and subject.next_update is not None
        and subject.next_update <= subject.issued
    ):
        yield Fault(f"{SCHEME}.NextUpdate", "NextUpdate is not after ListIssueDateTime.")


@rule(
    "time.six_months",
    "TS 119 612, 5.3.15; TS 119 602, 6.3.15",
    ERROR,
    "Is NextUpdate at most six months after the time of issue?",
)
def six_months(subject: Subject) -> Iterator[Fault]:
    if subject.issued is not None and subject.next_update is not None:
        days = (subject.next_update - subject.issued) / _DAY
        if days > MAX_VALIDITY_DAYS:
            yield Fault(
                f"{SCHEME}.NextUpdate",
                f"NextUpdate is {days:.0f} days after the issue; six months are at most "
                f"{MAX_VALIDITY_DAYS} days.",
            )


@rule(
    "time.expired_regional",
    "TS 119 615, 4.1.4; TS 119 602, 6.3.15",
    ERROR,
    "Is the regional list still in force at the moment asked for?",
)
def expired_regional(subject: Subject) -> Iterator[Fault]:
    if subject.type is ListType.REGIONAL:
        yield from _expired(subject, "what is reached through it falls with it")


@rule(
    "time.expired",
    "TS 119 612, 5.3.15; TS 119 615, 4.2.4",
    WARNING,
    "Is the list still in force at the moment asked for?",
)
def expired(subject: Subject) -> Iterator[Fault]:
    if subject.type is not ListType.REGIONAL:
        yield from _expired(subject, "verifiers mark it stale, and refuse it after some grace")


def _expired(subject: Subject, consequence: str) -> Iterator[Fault]:
    if subject.next_update is not None and subject.next_update <= subject.at:
        yield Fault(f"{SCHEME}.NextUpdate", f"NextUpdate has passed; {consequence}.")


@rule(
    "time.issued_in_the_future",
    "TS 119 602, 6.3.14",
    WARNING,
    "Is the time of issue not in the future?",
)
def issued_in_the_future(subject: Subject) -> Iterator[Fault]:
    if subject.issued is not None and subject.issued > subject.at:
        yield Fault(
            f"{SCHEME}.ListIssueDateTime", "The issue lies in the future; until then it is refused."
        )


@rule(
    "time.status_in_the_future",
    "TS 119 612, 5.5.5",
    WARNING,
    "Had every listed status begun when the list was issued?",
)
def status_in_the_future(subject: Subject) -> Iterator[Fault]:
    if subject.issued is None:
        return
    for service in subject.services:
        for _, start, path in service.periods():
            if start is not None and start > subject.issued:
                yield Fault(
                    f"{path}.StatusStartingTime", "The status begins after the list was issued."
                )


# --- scheme --------------------------------------------------------------------------------------
@rule(
    "scheme.name_territory",
    "TS 119 612, 5.3.6; DEFA profile, scheme information",
    ERROR,
    "Does the English scheme name begin with the territory and a colon?",
)
def name_territory(subject: Subject) -> Iterator[Fault]:
    name = english(subject.scheme.get("SchemeName"))
    if name is not None and not name.startswith(f"{subject.territory}:"):
        yield Fault(f"{SCHEME}.SchemeName", f"The name does not begin with {subject.territory}:")


@rule(
    "scheme.rules_territory",
    "TS 119 612, 5.3.8, 5.3.9 and D.5",
    WARNING,
    "Do the URIs of rules and status determination end with the list's own territory?",
)
def rules_territory(subject: Subject) -> Iterator[Fault]:
    approach = string(subject.scheme.get("StatusDeterminationApproach")) or ""
    wanted = f"{_DETERMINATION}{subject.territory}determination"
    if approach.startswith(_DETERMINATION) and approach != wanted:
        yield Fault(f"{SCHEME}.StatusDeterminationApproach", f"ETSI's form here is {wanted}.")
    rules = sequence(subject.scheme.get("SchemeTypeCommunityRules"))
    for number, entry in enumerate(rules):
        address = string(mapping(entry).get("uriValue")) or ""
        if address.startswith(_RULES) and address != _RULES + subject.territory:
            yield Fault(
                f"{SCHEME}.SchemeTypeCommunityRules[{number}]",
                f"ETSI's form here is {_RULES}{subject.territory}.",
            )


@rule(
    "scheme.information_address",
    "TS 119 612, 5.3.7",
    ADVICE,
    "Is the scheme described at an https address?",
)
def information_address(subject: Subject) -> Iterator[Fault]:
    for number, entry in enumerate(sequence(subject.scheme.get("SchemeInformationURI"))):
        address = string(mapping(entry).get("uriValue")) or ""
        if not address.startswith("https://"):
            path = f"{SCHEME}.SchemeInformationURI[{number}].uriValue"
            yield Fault(path, "The address is not https: what is read there can be altered.")


@rule(
    "scheme.previous_list",
    "DEFA profile, DefaPreviousList",
    ADVICE,
    "Does a list that is not the first name the one before it?",
)
def previous_list(subject: Subject) -> Iterator[Fault]:
    if (subject.sequence or 0) > 1 and subject.extension("DefaPreviousList") is None:
        yield Fault(f"{SCHEME}.SchemeExtensions", "DefaPreviousList would chain the lists.")


@rule(
    "scheme.previous_sequence",
    "DEFA profile, DefaPreviousList; TS 119 602, 6.3.2",
    ERROR,
    "Has the list named as the previous one a lower sequence number?",
)
def previous_sequence(subject: Subject) -> Iterator[Fault]:
    found = subject.extension("DefaPreviousList")
    number = None if found is None else mapping(found[0]).get("sequence")
    if found is None or type(number) is not int or subject.sequence is None:
        return
    if number >= subject.sequence:
        yield Fault(
            f"{found[2]}.DefaPreviousList.sequence",
            f"The previous list has the number {number}; this one has {subject.sequence}.",
        )


@rule(
    "scheme.closed_in_operation",
    "TS 119 612, 5.3.15; DEFA profile, DefaClosed",
    ERROR,
    "Is no service of a closed list in operation?",
)
def closed_in_operation(subject: Subject) -> Iterator[Fault]:
    if subject.extension("DefaClosed") is None:
        return
    for service in subject.services:
        status = STATUSES.get(string(service.information.get("ServiceStatus")) or "")
        if status in IN_OPERATION:
            yield Fault(
                f"{service.where}.ServiceStatus", f"The list is closed; {service.label} is not."
            )


@rule(
    "scheme.transcription_age",
    "DEFA profile, DefaPublication",
    WARNING,
    "Was the source of a transcribed list retrieved at most six months before the issue?",
)
def transcription_age(subject: Subject) -> Iterator[Fault]:
    found = subject.extension("DefaPublication")
    source = mapping(found[0]) if found is not None else {}
    if found is None or source.get("kind") != Publication.TRANSCRIBED or subject.issued is None:
        return
    retrieved = seconds(source.get("retrieved"))
    path = f"{found[2]}.DefaPublication.retrieved"
    if retrieved is not None and retrieved > subject.issued:
        yield Fault(path, "The source was retrieved after the list was issued.")
    elif retrieved is not None and subject.issued - retrieved > MAX_VALIDITY_DAYS * _DAY:
        yield Fault(path, "The source is older than six months; fetch it anew.")


# --- extensions ----------------------------------------------------------------------------------
def _all_extensions(subject: Subject) -> Iterator[tuple[str, bool, str, frozenset[str]]]:
    for name, _, critical, path in subject.extensions:
        yield name, critical, path, SCHEME_EXTENSIONS
    for service in subject.services:
        for name, (_, critical, path) in service.extensions.items():
            yield name, critical, path, SERVICE_EXTENSIONS


@rule(
    "extension.unknown_critical",
    "TS 119 602, 6.3.17 and 6.6.9",
    ERROR,
    "Is every critical extension one that readers of this profile understand?",
)
def unknown_critical(subject: Subject) -> Iterator[Fault]:
    for name, critical, path, known in _all_extensions(subject):
        if critical and name not in known:
            yield Fault(path, f"{name[:64]} is critical and unknown: readers refuse the list.")


@rule(
    "extension.unknown",
    "TS 119 602, 6.3.17 and 6.6.9",
    ADVICE,
    "Is every extension one of this profile?",
)
def unknown_extension(subject: Subject) -> Iterator[Fault]:
    for name, critical, path, known in _all_extensions(subject):
        if not critical and name not in known:
            yield Fault(path, f"{name[:64]} is unknown; readers pass over it.")


@rule(
    "extension.not_critical",
    "TS 119 602, 6.3.17 and 6.6.9; DEFA profile, extensions",
    WARNING,
    "Is an extension critical where passing over it would change the meaning?",
)
def not_critical(subject: Subject) -> Iterator[Fault]:
    for name, critical, path, _ in _all_extensions(subject):
        if not critical and name in ("DefaDistrustAfter", "DefaClosed", "DefaSnapshot"):
            yield Fault(path, f"A reader that does not know {name} would see a better list.")


# --- pointers ------------------------------------------------------------------------------------
@rule(
    "pointer.duplicate",
    "TS 119 602, 6.3.13",
    ERROR,
    "Does at most one pointer lead to each list?",
)
def duplicate_pointer(subject: Subject) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    for _, path, kind, territory in subject.pointers():
        first = seen.setdefault((kind, territory), path)
        if first != path and kind:
            yield Fault(path, f"Another pointer leads to the same list of {territory}: {first}.")


@rule(
    "pointer.foreign",
    "TS 119 602, 6.3.13; DEFA profile, pointers",
    ERROR,
    "Does only the regional list introduce the lists of others?",
)
def foreign_pointer(subject: Subject) -> Iterator[Fault]:
    if subject.type in (ListType.REGIONAL, None):
        return
    own = (str(subject.type), subject.territory)
    for _, path, kind, territory in subject.pointers():
        if kind != ListType.REGIONAL and (kind, territory) != own:
            yield Fault(path, f"{subject.territory} cannot introduce a list of {territory}.")


@rule(
    "pointer.signer_shared",
    "DEFA profile, pointers",
    ERROR,
    "Does each key sign the lists of one territory only?",
)
def shared_signer(subject: Subject) -> Iterator[Fault]:
    seen: dict[bytes, tuple[str, str]] = {}
    for pointer, path, _, territory in subject.pointers():
        for signer in pointer_signers(pointer, path):
            other, place = seen.setdefault(signer.key.thumbprint, (territory, signer.path))
            if other != territory:
                yield Fault(
                    signer.path, f"The key also signs for {other} ({place}); here {territory}."
                )


@rule(
    "pointer.signer_expired",
    "TS 119 612, 5.3.13 and 5.7.1",
    WARNING,
    "Is every signer that a pointer names valid at the moment asked for?",
)
def expired_signer(subject: Subject) -> Iterator[Fault]:
    for pointer, path, _, _ in subject.pointers():
        for signer in pointer_signers(pointer, path):
            if signer.certificate is not None and not signer.certificate.valid_at(subject.at):
                yield Fault(signer.path, "The signer's certificate is not valid at that moment.")


@rule(
    "pointer.signer_country",
    "TS 119 612, 5.7.1",
    ERROR,
    "Does a signer that a pointer names bear the country of the list it signs?",
)
def signer_country(subject: Subject) -> Iterator[Fault]:
    for pointer, path, _, territory in subject.pointers():
        if territory not in _STATES:
            continue
        for signer in pointer_signers(pointer, path):
            if signer.certificate is not None and signer.certificate.country != territory:
                yield Fault(
                    signer.path,
                    f"The certificate is of {signer.certificate.country or 'no country'}; no list "
                    f"of {territory} is accepted with it.",
                )


@rule(
    "pointer.single_signer",
    "TS 119 612, 5.3.13 and 5.7.1",
    ADVICE,
    "Does a pointer name two signers, so that one can be replaced without a gap?",
)
def single_signer(subject: Subject) -> Iterator[Fault]:
    for pointer, path, _, territory in subject.pointers():
        if len(list(pointer_signers(pointer, path))) == 1:
            yield Fault(path, f"One signer only for the list of {territory}.")


# --- snapshot ------------------------------------------------------------------------------------
@rule(
    "snapshot.missing",
    "DEFA profile, DefaSnapshot",
    ADVICE,
    "Does the regional list say which lists stand together?",
)
def missing_snapshot(subject: Subject) -> Iterator[Fault]:
    if subject.type is ListType.REGIONAL and subject.extension("DefaSnapshot") is None:
        yield Fault(
            f"{SCHEME}.SchemeExtensions", "Without DefaSnapshot old and new lists can be mixed."
        )


@rule(
    "snapshot.pointers",
    "DEFA profile, DefaSnapshot",
    WARNING,
    "Do snapshot and pointers name the same lists, each once?",
)
def snapshot_pointers(subject: Subject) -> Iterator[Fault]:
    found = subject.extension("DefaSnapshot")
    if found is None or subject.type is not ListType.REGIONAL:
        return
    path = f"{found[2]}.DefaSnapshot"
    pointed = {(kind, territory): place for _, place, kind, territory in subject.pointers()}
    named: dict[tuple[object, object], str] = {}
    for number, raw in enumerate(sequence(found[0])):
        entry = mapping(raw)
        place = (string(entry.get("LoTEType")), string(entry.get("territory")))
        named[place] = f"{path}[{number}]"
        if place not in pointed:
            yield Fault(f"{path}[{number}]", f"No pointer leads to this list of {place[1]}.")
    for place, where in pointed.items():
        if place not in named:
            yield Fault(where, f"The snapshot does not name this list, so {place[1]}'s is refused.")
