"""From a folder of a state's raw certificates to a list marked `transcribed` (floor 12).

No member state publishes a machine-readable list yet. What a transcriber makes of their files says
so itself: where they came from, when they were fetched and which bytes they were, so that a
verifier can refuse such lists by policy.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from .errors import MissingExtraError, MisuseError, Rejection
from .spec import MEMBER_STATES
from .trustlist import documents, reading
from .trustlist.lint_texts import PLACEHOLDER
from .trustlist.services import STATUS_URIS, STATUSES
from .x509.certificate import UntrustedCertificate, read_certificate

_DAY: Final = 86_400
_MAX_FILES: Final = 10_000
_MAX_FILE_BYTES: Final = 4 << 20
_MAX_YAML_BYTES: Final = 1 << 20
_TYPE_PREFIX: Final = "http://uri.etsi.org/TrstSvc/Svctype/"
_PEM: Final = re.compile(
    rb"-----BEGIN (?:X509 )?CERTIFICATE-----(.*?)-----END (?:X509 )?CERTIFICATE-----", re.DOTALL
)
_COMMON_NAME: Final = re.compile(r"(?:^|,)CN=((?:\\.|[^,\\])*)")
_PKCS7: Final = (".p7b", ".p7c", ".p7s", ".spc")
_STATUSES: Final = {status.value: uri for status, uri in STATUS_URIS.items()}

_TOP: Final = frozenset({"territory", "operator", "source", "retrieved", "entities"})
_TOP_OPTIONAL: Final = frozenset(
    {
        "transcriber",
        "sequence",
        "issued",
        "validDays",
        "about",
        "contact",
        "street",
        "country",
        "title",
        "ignore",
    }
)
_ENTITY: Final = frozenset({"name", "services"})
_ENTITY_OPTIONAL: Final = frozenset({"about", "contact", "street", "country", "tradeName"})
_SERVICE: Final = frozenset({"files", "type", "since"})
_SERVICE_OPTIONAL: Final = frozenset({"name", "id", "status", "levels", "scope"})
_LEVEL: Final = frozenset({"scheme", "value"})
_LEVEL_OPTIONAL: Final = frozenset({"cap"})


class SourceFile(NamedTuple):
    """One file that was read: its name, SHA-256 (hex) and number of certificates."""

    name: str
    sha256: str
    certificates: int


class Transcription(NamedTuple):
    """``document`` is the unsigned list. ``sha256`` is the digest that stands in it: of the lines
    "digest, two spaces, name" of ``files``, in the order of their names."""

    document: dict[str, Any]
    files: tuple[SourceFile, ...]
    sha256: str


class _Found(NamedTuple):
    name: str
    data: bytes
    certificates: tuple[UntrustedCertificate, ...]


def transcribe(folder: Path, description: Path, *, now: int) -> Transcription:
    """The list of the certificates in ``folder`` as ``description`` (YAML) explains them.

    ``now`` (Unix seconds) is the time of issue unless the description names one. Every file must be
    used or ignored by name: nothing is left out silently. Raises ``MisuseError`` with the file or
    the member at fault, ``MissingExtraError`` where PyYAML is not installed.
    """
    plan = _members(_read_yaml(description), str(description), _TOP, _TOP_OPTIONAL)
    territory = str(plan["territory"]).upper()
    if territory not in MEMBER_STATES:
        raise MisuseError(f"territory {territory!r} is none of {' '.join(MEMBER_STATES)}")
    ignored = _patterns(plan.get("ignore", []), "ignore")
    files = _read_folder(folder, description, ignored)
    unused = {item.name for item in files}
    entities = []
    for number, raw in enumerate(_array(plan["entities"], "entities")):
        where = f"entities[{number}]"
        entity = _members(raw, where, _ENTITY, _ENTITY_OPTIONAL)
        services: list[dict[str, Any]] = []
        for place, entry in enumerate(_array(entity["services"], f"{where}.services")):
            services += _services(entry, f"{where}.services[{place}]", territory, files, unused)
        entities.append(_entity(entity, services, territory, plan))
    if unused:
        names = ", ".join(sorted(unused)[:10])
        raise MisuseError(
            f"{len(unused)} files are named by no service: {names}; list them, or name them under "
            "`ignore`"
        )
    manifest = tuple(
        SourceFile(item.name, sha256(item.data).hexdigest(), len(item.certificates))
        for item in files
    )
    digest = sha256(
        "".join(f"{item.sha256}  {item.name}\n" for item in manifest).encode()
    ).hexdigest()
    return Transcription(_document(plan, territory, entities, digest, now), manifest, digest)


def _document(
    plan: dict[str, Any],
    territory: str,
    entities: list[dict[str, Any]],
    digest: str,
    now: int,
) -> dict[str, Any]:
    operator = _text(plan["operator"], "operator")
    source = str(plan["source"])
    issued = _moment(plan["issued"], "issued") if "issued" in plan else now
    days = plan.get("validDays", 30)
    sequence = plan.get("sequence", 1)
    for name, value, most in (("validDays", days, 184), ("sequence", sequence, (1 << 53) - 1)):
        if type(value) is not int or not 0 < value <= most:
            raise MisuseError(f"{name} is a number from 1 to {most}")
    transcriber = _text(plan.get("transcriber", operator), "transcriber")
    if not isinstance(transcriber, str):
        transcriber = transcriber.get("en", "")
    whole = documents.member_state_list(
        territory=territory,
        operator=operator,
        sequence=sequence,
        issued=issued,
        next_update=issued + days * _DAY,
        entities=entities,
        publication=documents.transcription(
            source=source,
            retrieved=_moment(plan["retrieved"], "retrieved"),
            sha256=digest,
            transcriber=str(transcriber),
        ),
        title=str(plan.get("title", "Trusted services, transcribed")),
        uri=str(plan.get("about", source)),
        contact=str(plan.get("contact", _placeholder_address())),
    )
    scheme = whole["LoTE"]["ListAndSchemeInformation"]
    for postal in scheme["SchemeOperatorAddress"]["SchemeOperatorPostalAddress"]:
        postal["StreetAddress"] = str(plan.get("street", f"{PLACEHOLDER}: street and town"))
        postal["Country"] = str(plan.get("country", territory)).upper()
    return whole


def _placeholder_address() -> str:
    return f"mailto:operator@{PLACEHOLDER.lower()}.invalid"


def _entity(
    entity: dict[str, Any], services: list[dict[str, Any]], territory: str, plan: dict[str, Any]
) -> dict[str, Any]:
    return documents.trusted_entity(
        name=_text(entity["name"], "name"),
        territory=str(entity.get("country", territory)).upper(),
        services=services,
        uri=str(entity.get("about", plan["source"])),
        contact=str(entity.get("contact", plan.get("contact", _placeholder_address()))),
        street=str(entity.get("street", f"{PLACEHOLDER}: street and town of the entity")),
        trade_name=_text(entity["tradeName"], "tradeName") if "tradeName" in entity else None,
    )


# --- services ------------------------------------------------------------------------------------
def _services(
    raw: Any, where: str, territory: str, files: tuple[_Found, ...], unused: set[str]
) -> list[dict[str, Any]]:
    """One service for each certificate in the files that the entry names."""
    entry = _members(raw, where, _SERVICE, _SERVICE_OPTIONAL)
    patterns = _patterns(entry["files"], f"{where}.files")
    found: dict[bytes, UntrustedCertificate] = {}
    for pattern in patterns:
        matched = [item for item in files if fnmatchcase(item.name, pattern)]
        if not matched:
            raise MisuseError(f"{where}.files: no file of the folder is called {pattern}")
        for item in matched:
            unused.discard(item.name)
            for certificate in item.certificates:
                found.setdefault(certificate.der, certificate)
    single = len(found) == 1
    if not single and ("name" in entry or "id" in entry):
        raise MisuseError(f"{where}: name and id fit one certificate; the files hold {len(found)}")
    kind = str(entry["type"])
    status = str(entry.get("status", "granted"))
    if status not in _STATUSES and status not in STATUSES:
        raise MisuseError(f"{where}.status: one of {', '.join(_STATUSES)}")
    levels = []
    for number, raw_level in enumerate(_array(entry.get("levels", []), where, least=0)):
        place = f"{where}.levels[{number}]"
        level = _members(raw_level, place, _LEVEL, _LEVEL_OPTIONAL)
        members = ("scheme", "value", "cap")
        levels.append(tuple(str(level[name]) for name in members if name in level))
    since = _moment(entry["since"], f"{where}.since")
    return [
        documents.service(
            id=str(entry.get("id", f"urn:defa:transcribed:{territory.lower()}:{sha}")),
            type=kind if ":" in kind else _TYPE_PREFIX + kind,
            name=_text(entry["name"], f"{where}.name") if "name" in entry else _name(certificate),
            identity=documents.certificate_identity(certificate.der),
            since=since,
            status=_STATUSES.get(status, status),
            levels=levels,
            scope=str(entry["scope"]) if "scope" in entry else None,
        )
        for certificate, sha in (
            (certificate, certificate.sha256.hex()) for certificate in found.values()
        )
    ]


def _name(certificate: UntrustedCertificate) -> str:
    """The common name where it may stand in a list, else the fingerprint."""
    found = _COMMON_NAME.search(certificate.subject)
    title = re.sub(r"\\(.)", r"\1", found[1]).strip() if found else ""
    try:
        return reading.english(title, "CN")
    except Rejection:
        return f"Certificate {certificate.sha256.hex()[:16]}"


# --- files ---------------------------------------------------------------------------------------
def _read_folder(folder: Path, description: Path, ignored: tuple[str, ...]) -> tuple[_Found, ...]:
    if not folder.is_dir():
        raise MisuseError(f"{folder} is no folder")
    found: list[_Found] = []
    own = description.resolve()
    for path in sorted(folder.iterdir()):
        if path.resolve() == own or any(fnmatchcase(path.name, name) for name in ignored):
            continue
        if path.is_symlink() or not path.is_file():
            raise MisuseError(f"{path} is no plain file; remove it or name it under `ignore`")
        if len(found) >= _MAX_FILES:
            raise MisuseError(f"{folder} holds more than {_MAX_FILES} files")
        data = _read(path, _MAX_FILE_BYTES)
        try:
            ders = certificates_in(path.name, data)
            certificates = tuple(map(read_certificate, ders))
        except (Rejection, MisuseError) as fault:
            raise MisuseError(f"{path}: {fault}; correct it or name it under `ignore`") from None
        if not certificates:
            raise MisuseError(f"{path} holds no certificate; name it under `ignore`")
        if _PEM.search(data) and data.count(b"-----BEGIN ") != len(ders):
            # A block without its end, or of another kind: nobody would miss what is in it.
            raise MisuseError(f"{path}: not everything in the PEM is a whole certificate")
        found.append(_Found(path.name, data, certificates))
    if not found:
        raise MisuseError(f"{folder} holds no certificate files")
    return tuple(found)


def certificates_in(name: str, data: bytes) -> tuple[bytes, ...]:
    """DER of each certificate in a file: PEM, DER, or certificates-only PKCS#7 by its ending.

    Raises ``MisuseError`` where nothing can be read.
    """
    blocks = _PEM.findall(data)
    if blocks:
        try:
            return tuple(base64.b64decode(b"".join(body.split()), validate=True) for body in blocks)
        except binascii.Error:
            raise MisuseError("no well-formed PEM (RFC 7468, 5)") from None
    if name.lower().endswith(_PKCS7) or b"-----BEGIN PKCS7-----" in data:
        from .signing_crypto import certificates_of_pkcs7

        return certificates_of_pkcs7(data)
    if b"-----BEGIN" in data:
        raise MisuseError("the PEM holds no certificate")
    return (data,)


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as fault:
        raise MisuseError(f"{path} cannot be read: {fault.strerror}") from None
    if len(data) > limit:
        raise MisuseError(f"{path} is larger than {limit} bytes")
    return data


# --- description ---------------------------------------------------------------------------------
def _read_yaml(path: Path) -> Any:
    try:
        import yaml
    except ImportError:
        raise MissingExtraError("transcribe", "reading the description of a folder") from None

    class Loader(yaml.SafeLoader):
        """Safe, and a key given twice is a mistake, not a choice. What stands for another part is
        not read: a few such lines stand for more text than there is memory."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            event = self.peek_event()  # type: ignore[no-untyped-call]
            if isinstance(event, yaml.events.AliasEvent):
                said = "an alias, which is not read"
                raise yaml.composer.ComposerError(None, None, said, event.start_mark)  # type: ignore[arg-type]
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            if len(set(map(str, keys))) != len(keys):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is there twice", node.start_mark
                )
            return super().construct_mapping(node, deep)

    text = _read(path, _MAX_YAML_BYTES)
    try:
        return yaml.load(text, Loader)  # noqa: S506 - a subclass of SafeLoader
    except (
        # The last four: a value that is not of the type that a tag before it names.
        yaml.YAMLError, RecursionError, ValueError, TypeError, LookupError, AttributeError,
    ) as fault:  # fmt: skip
        mark = getattr(fault, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark is not None else ""
        problem = getattr(fault, "problem", None) or type(fault).__name__
        raise MisuseError(f"{path} is no YAML{where}: {problem}") from None


def _members(
    value: Any, where: str, required: frozenset[str], optional: frozenset[str]
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MisuseError(f"{where}: expected names with values")
    unknown = [str(name) for name in value if name not in required | optional]
    if unknown:
        known = ", ".join(sorted(required | optional))
        raise MisuseError(f"{where}: {', '.join(unknown)} is not known here; known: {known}")
    missing = sorted(required - value.keys())
    if missing:
        raise MisuseError(f"{where}: {', '.join(missing)} is missing")
    return value


def _array(value: Any, where: str, *, least: int = 1) -> list[Any]:
    if not isinstance(value, list) or len(value) < least:
        raise MisuseError(f"{where}: expected a list of at least {least}")
    return value


def _patterns(value: Any, where: str) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise MisuseError(f"{where}: expected file names")
    return tuple(names)


def _text(value: Any, where: str) -> str | Mapping[str, str]:
    """A text in English, or texts by language."""
    if isinstance(value, str) and value:
        return value
    if isinstance(value, dict) and value:
        return {str(lang): str(wording) for lang, wording in value.items()}
    raise MisuseError(f"{where}: expected a text, or texts by language")


def _moment(value: Any, where: str) -> int:
    """A date (its first second in UTC) or a moment with its zone, as YAML or text gives it."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise MisuseError(f"{where}: expected a moment such as 2026-11-01T00:00:00Z") from None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise MisuseError(f"{where}: the moment names no time zone; add Z")
        try:
            return int(value.astimezone(UTC).timestamp())
        except OverflowError:
            raise MisuseError(f"{where}: the moment has no year in UTC") from None
    if isinstance(value, date):
        return int(datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp())
    raise MisuseError(f"{where}: expected a moment such as 2026-11-01T00:00:00Z")
