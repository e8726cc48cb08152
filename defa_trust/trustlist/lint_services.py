"""Lint rules of services, their history and certificates, and of arrangements (floor 5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from ..spec import CREDENTIAL_SERVICE_TYPES, PARTNER_STATES
from .lint_model import (
    Fault,
    ServiceEntry,
    Severity,
    Subject,
    mapping,
    rule,
    seconds,
    sequence,
    string,
)
from .services import IN_OPERATION, STATUS_URIS, STATUSES

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE
_KNOWN_TYPES: Final = (
    "http://uri.etsi.org/TrstSvc/Svctype/",
    "http://uri.etsi.org/19602/SvcType/",
    "https://defa.example/",
)
_ETSI_GRANTED: Final = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"


@rule(
    "service.duplicate_id",
    "DEFA profile, services",
    ERROR,
    "Does each service have an identifier of its own?",
)
def duplicate_id(subject: Subject) -> Iterator[Fault]:
    seen: dict[str, ServiceEntry] = {}
    for service in subject.services:
        if service.id is None:
            continue
        first = seen.setdefault(service.id, service)
        if first is not service:
            path = service.extensions["ServiceUniqueIdentifier"][2]
            yield Fault(path, f"{first.label} ({first.path}) has the same identifier.")


@rule(
    "service.duplicate_key",
    "TS 119 612, 5.5.3",
    ERROR,
    "Does each key stand at most once for a service type?",
)
def duplicate_key(subject: Subject) -> Iterator[Fault]:
    seen: dict[tuple[str | None, bytes], tuple[ServiceEntry, str]] = {}
    for service in subject.services:
        for anchor in service.anchors:
            place = (service.type, anchor.key.thumbprint)
            first, path = seen.setdefault(place, (service, anchor.path))
            if path != anchor.path and first is not service:
                yield Fault(anchor.path, f"The same key, for the same type, is at {path}.")


@rule(
    "service.key_twice",
    "TS 119 612, 5.5.3",
    WARNING,
    "Does a service name each of its keys once?",
)
def key_twice(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        seen: dict[bytes, str] = {}
        for anchor in service.anchors:
            path = seen.setdefault(anchor.key.thumbprint, anchor.path)
            if path != anchor.path:
                yield Fault(anchor.path, f"The service names this key already: {path}.")


@rule(
    "service.several_keys",
    "TS 119 612, 5.5.3",
    ADVICE,
    "Does a service of certificates stand for one key?",
)
def several_keys(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        keys = {anchor.key.thumbprint for anchor in service.anchors if anchor.certificate}
        if len(keys) > 1:
            yield Fault(
                f"{service.where}.ServiceDigitalIdentity.X509Certificates",
                f"{len(keys)} keys share one status and one history; list each by itself.",
            )


@rule(
    "service.subject_name",
    "TS 119 612, 5.5.3",
    ADVICE,
    "Is a service identified by keys and not by names?",
)
def subject_name(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        identity = mapping(service.information.get("ServiceDigitalIdentity"))
        if "X509SubjectNames" in identity:
            path = f"{service.where}.ServiceDigitalIdentity.X509SubjectNames"
            yield Fault(path, "Names are shown to people; nothing is ever matched by them.")


@rule(
    "service.type_qualified",
    "TS 119 612, 5.5.1",
    WARNING,
    "Are types of qualified services left to services under requirements like the EU's?",
)
def type_qualified(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        kind = service.type or ""
        if kind.startswith(_KNOWN_TYPES[0]) and (kind.endswith(("/Q", "/QC", "/QTST"))):
            path = f"{service.where}.ServiceTypeIdentifier"
            yield Fault(path, "The type claims requirements equivalent to those of EU law.")


@rule(
    "service.type_unknown",
    "TS 119 602, 6.6.1; TS 119 612, 5.5.1",
    ADVICE,
    "Is the service type one of ETSI's or of this profile?",
)
def type_unknown(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        if service.type is not None and not service.type.startswith(_KNOWN_TYPES):
            yield Fault(
                f"{service.where}.ServiceTypeIdentifier", "Only readers told of it know this type."
            )


@rule(
    "service.status_unknown",
    "TS 119 602, 6.6.4; DEFA profile, statuses",
    ERROR,
    "Is every status, past ones included, of this profile's vocabulary?",
)
def status_unknown(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        for said, _, path in service.periods():
            if said is not None and said not in STATUSES:
                more = (
                    " ETSI's `granted` is a status under EU law; a state's own is "
                    "`recognisedatnationallevel`."
                    if said == _ETSI_GRANTED
                    else ""
                )
                yield Fault(f"{path}.ServiceStatus", f"No reader knows this status.{more}")


# --- history -------------------------------------------------------------------------------------
@rule(
    "history.order",
    "TS 119 615, 4.4; TS 119 602, 6.4.4",
    ERROR,
    "Does every entry of a history begin before the one above it?",
)
def history_order(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        for (_, later, _), (_, earlier, path) in pairwise(service.periods()):
            if later is not None and earlier is not None and earlier >= later:
                same = "at the same time as" if earlier == later else "after"
                yield Fault(
                    f"{path}.StatusStartingTime", f"It begins {same} the entry that follows it."
                )


@rule(
    "history.no_change",
    "TS 119 602, 6.4.4",
    ADVICE,
    "Does every entry of a history mark a change of status?",
)
def history_no_change(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        for (later, _, _), (earlier, _, path) in pairwise(service.periods()):
            if later is not None and later == earlier:
                yield Fault(f"{path}.ServiceStatus", "The entry that follows has the same status.")


@rule(
    "history.key_identifier",
    "TS 119 612, 5.6.3",
    WARNING,
    "Does a history entry of a service with certificates carry their key identifiers?",
)
def history_key_identifier(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        if not any(anchor.certificate and anchor.certificate.ski for anchor in service.anchors):
            continue
        for number, past in enumerate(service.history):
            identity = mapping(past).get("ServiceDigitalIdentity")
            if type(identity) is dict and "X509SKIs" not in identity:
                path = f"{service.path}.ServiceHistory[{number}].ServiceDigitalIdentity"
                yield Fault(path, "X509SKIs would say which key the entry is about.")


# --- certificates --------------------------------------------------------------------------------
def _certified(subject: Subject) -> Iterator[tuple[ServiceEntry, Any, str]]:
    for service in subject.services:
        for anchor in service.anchors:
            if anchor.certificate is not None:
                yield service, anchor.certificate, anchor.path


@rule(
    "certificate.country",
    "TS 119 615, 4.4; TS 119 612, 5.5.3",
    WARNING,
    "Is a listed certificate of the list's own state?",
)
def certificate_country(subject: Subject) -> Iterator[Fault]:
    for _, certificate, path in _certified(subject):
        country = certificate.country
        if country is not None and country != subject.territory:
            yield Fault(
                path, f"The certificate names the country {country[:2]!r}; a state vouches for "
                "its own services only.",
            )  # fmt: skip


@rule(
    "certificate.organisation",
    "TS 119 615, 4.4; TS 119 612, 5.5.3",
    WARNING,
    "Does the organisation in a certificate bear a name of the trusted entity?",
)
def certificate_organisation(subject: Subject) -> Iterator[Fault]:
    for service, certificate, path in _certified(subject):
        name = certificate.organisation
        if name is not None and service.names and name not in service.names:
            yield Fault(path, "The organisation is none of TEName and TETradeName.")


@rule(
    "certificate.expired",
    "RFC 5280, 4.1.2.5; TS 119 612, 5.5.4",
    WARNING,
    "Is the certificate of a service in operation valid at the moment asked for?",
)
def certificate_expired(subject: Subject) -> Iterator[Fault]:
    for service, certificate, path in _certified(subject):
        status = STATUSES.get(string(service.information.get("ServiceStatus")) or "")
        if status in IN_OPERATION and not certificate.valid_at(subject.at):
            yield Fault(path, "The certificate is not valid at that moment.")


@rule(
    "certificate.authority",
    "RFC 5280, 4.2.1.9; TS 119 612, 5.5.1",
    WARNING,
    "Is the certificate of a service that issues certificates an authority's?",
)
def certificate_authority(subject: Subject) -> Iterator[Fault]:
    for service, certificate, path in _certified(subject):
        if "/Svctype/CA/" in (service.type or "") and not certificate.is_ca:
            yield Fault(path, "Basic constraints do not make it an authority's certificate.")


@rule(
    "service.level_unstated",
    "DEFA profile, DefaLoA",
    ADVICE,
    "Does a service that issues credentials state its level of assurance?",
)
def level_unstated(subject: Subject) -> Iterator[Fault]:
    for service in subject.services:
        if service.type in CREDENTIAL_SERVICE_TYPES and "DefaLoA" not in service.extensions:
            path = f"{service.where}.ServiceInformationExtensions"
            yield Fault(path, "Without DefaLoA the level is unstated, and no minimum is ever met.")


# --- arrangements --------------------------------------------------------------------------------
def _arrangements(subject: Subject) -> Iterator[tuple[dict[str, Any], str]]:
    found = subject.extension("DefaRecognition")
    if found is not None:
        for number, entry in enumerate(sequence(found[0])):
            yield mapping(entry), f"{found[2]}.DefaRecognition[{number}]"


@rule(
    "arrangement.duplicate_id",
    "DEFA profile, DefaRecognition",
    ERROR,
    "Does each arrangement have an identifier of its own?",
)
def arrangement_duplicate_id(subject: Subject) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for entry, path in _arrangements(subject):
        name = string(entry.get("id"))
        if name is not None and (first := seen.setdefault(name, path)) != path:
            yield Fault(f"{path}.id", f"The same identifier is at {first}.")


@rule(
    "arrangement.history_order",
    "DEFA profile, DefaRecognition",
    ERROR,
    "Does every entry of an arrangement's history begin before the one above it?",
)
def arrangement_history_order(subject: Subject) -> Iterator[Fault]:
    for entry, path in _arrangements(subject):
        starts = [(seconds(entry.get("from")), path)]
        starts += [
            (seconds(mapping(past).get("from")), f"{path}.history[{number}]")
            for number, past in enumerate(sequence(entry.get("history")))
        ]
        for (later, _), (earlier, place) in pairwise(starts):
            if later is not None and earlier is not None and earlier >= later:
                yield Fault(f"{place}.from", "It does not begin before the entry that follows it.")


@rule(
    "arrangement.citation",
    "DEFA profile, DefaRecognition",
    ADVICE,
    "Was the text of each cited instrument read?",
)
def arrangement_citation(subject: Subject) -> Iterator[Fault]:
    for entry, path in _arrangements(subject):
        if mapping(entry.get("instrument")).get("verified") is False:
            yield Fault(f"{path}.instrument.verified", "Verdicts will say: citation unverified.")


@rule(
    "arrangement.status_unmapped",
    "DEFA profile, DefaRecognition",
    ADVICE,
    "Does an arrangement say of every status whether it counts?",
)
def arrangement_status_unmapped(subject: Subject) -> Iterator[Fault]:
    for entry, path in _arrangements(subject):
        if entry.get("recognisedTerritory") in PARTNER_STATES:
            continue  # their lists have ETSI's statuses
        statuses = mapping(entry.get("statusMap"))
        mapped = {
            STATUSES.get(string(uri) or "")
            for uri in (*sequence(statuses.get("valid")), *sequence(statuses.get("invalid")))
        }
        missing = [status.value for status in STATUS_URIS if status not in mapped]
        if missing and type(entry.get("statusMap")) is dict:
            text = f"Not mapped, so not recognised: {', '.join(missing)}."
            yield Fault(f"{path}.statusMap", text)


@rule(
    "arrangement.ended",
    "DEFA profile, DefaRecognition",
    ADVICE,
    "Is an arrangement that ended no longer called enacted?",
)
def arrangement_ended(subject: Subject) -> Iterator[Fault]:
    for entry, path in _arrangements(subject):
        until = seconds(entry.get("until"))
        if until is not None and until <= subject.at and entry.get("status") == "enacted":
            yield Fault(f"{path}.until", "The arrangement has ended.")


@rule(
    "arrangement.pilot_unlimited",
    "DEFA profile, DefaRecognition",
    ADVICE,
    "Does a pilot corridor have a limit?",
)
def arrangement_pilot_unlimited(subject: Subject) -> Iterator[Fault]:
    for entry, path in _arrangements(subject):
        if entry.get("stage") == "pilot" and "limits" not in entry:
            yield Fault(path, "A pilot without `limits` is bounded by nothing but its name.")
