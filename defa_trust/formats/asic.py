"""ASiC containers (EN 319 162-1): files in a ZIP, and signatures over them (floor 3).

ASiC-S holds one file and its signature; ASiC-E any number, signed by XAdES references or through
manifests by CAdES. Of a container only the names and the octets of its files matter here: each
signature is read as CAdES or XAdES reads it, and what it says it covers is looked up by name among
the entries. A file that no signature covers is never taken for signed.

Archive manifests, evidence records and time-stamps beside the signatures are recognised, named, and
not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from ..codec import zip as archives
from ..codec.zip import Archive, Entry
from ..codes import asic as codes
from ..codes import xades as xades_codes
from ..content import Content
from ..errors import Rejection
from ..request import Request
from ..verdict import Code, Fact, Finding
from . import cades, xades
from .asic_manifest import MAX_MANIFEST_BYTES, Manifest, read_manifest
from .asic_names import (
    COMMENT,
    MEDIA_TYPES,
    META,
    MIMETYPE,
    UNEVALUATED,
    Kind,
    Role,
    kind_of,
    role_of,
)
from .base import PartRole
from .cms import read_signed_data
from .cms_signer import SignerInfo
from .signature import (
    CONTENT,
    ContentClaim,
    RefusedSignature,
    Signature,
    SignedFile,
)

NAME: Final = "asic"
FIRST_OCTETS: Final = b"P"
MAX_SIGNATURE_FILES: Final = 64
MAX_CMS_BYTES: Final = 32 << 20
MAX_XML_BYTES: Final = 16 << 20
"""Ours, for one signature file and for all of them together. Those of the corpora have 44 KB."""
MAX_TAGS: Final = 100_000
"""Ours: of all XML in the container. A signature has under 200."""
MAX_NAMED: Final = 32
"""Names of files in one finding; of further ones their number."""


def detect(data: bytes) -> bool:
    """A ZIP that says it is ASiC, or whose directory names signatures where ASiC has them."""
    if not archives.begins(data):
        return False
    name, held = archives.first(data)
    if name == MIMETYPE.encode() and held in MEDIA_TYPES:
        return True
    found = archives.names(data)
    return any(
        name.startswith(META.encode())
        and role_of(name.decode("utf-8", "replace")) not in (Role.KNOWN, Role.FILE)
        for name in found
    )


def parse(data: bytes, request: Request) -> SignedFile:
    """Read all signatures of a container.

    Raises ``Rejection`` (`zip.*`, `asic.*`) where the container cannot be read; what is wrong with
    one signature stands in its place.
    """
    container = _Container(data, request)
    signatures = tuple(container.signatures())
    if not signatures:
        if container.unevaluated:
            raise Rejection(codes.TIMESTAMP_ALONE, actual=", ".join(container.unevaluated))
        raise Rejection(codes.NO_SIGNATURE)
    return SignedFile(
        NAME,
        sha256(data).digest(),
        signatures,
        findings=tuple(container.findings()),
    )


class _Blocks:
    """The octets of an entry, unpacked anew each time they are gone through."""

    def __init__(self, archive: Archive, entry: Entry) -> None:
        self._archive = archive
        self._entry = entry

    def __iter__(self) -> Iterator[bytes | memoryview]:
        return self._archive.blocks(self._entry)


class _Read(NamedTuple):
    """A signature with the names of the files it covers."""

    signature: Signature | RefusedSignature
    covered: frozenset[str] = frozenset()


class _Container:
    """The entries of a container by what they are."""

    def __init__(self, data: bytes, request: Request) -> None:
        self._archive = Archive(data)
        self._request = request
        self._contents: dict[str, Content] = {}
        self._octets: dict[str, bytes] = {}
        self._named: dict[Role, list[str]] = {role: [] for role in Role}
        self._joined = 0
        self._unsure: set[str] = set()
        """Names that two readers could read differently: no reference can mean them."""
        for entry in sorted(self._archive.entries, key=lambda entry: entry.number):
            if not entry.is_folder:
                self._sort(entry)
        self.kind, self._kind_said = self._kind()
        files = [name for name in self._named[Role.FILE] if not name.startswith(META)]
        self._files = tuple(self._named[Role.FILE])
        self._only = files[0] if self.kind is Kind.SIMPLE and len(files) == 1 else None
        self._check_members(files)

    @property
    def unevaluated(self) -> tuple[str, ...]:
        """What stands beside the signatures and is not judged."""
        return tuple(role.value for role in UNEVALUATED if self._named[role])

    # --- entries ---------------------------------------------------------------------------------
    def _sort(self, entry: Entry) -> None:
        """Unpack what is XML or CMS; files are gone through once it is known by which digests."""
        name = entry.name
        top = name.partition("/")[0]
        if top != META[:-1] and top.casefold() == META[:-1].casefold():
            # Where file systems ignore case it would be unpacked into the other.
            raise Rejection(codes.MEMBERS, actual=f"a folder like {META}")
        if name == MIMETYPE:
            self._octets[name] = self._whole(entry, 256, "octets in its `mimetype`")
            self._contents[name] = Content.of(self._octets[name])
            return
        role = role_of(name) if name.startswith(META) and entry.name_sure else Role.FILE
        self._named[role].append(name)
        if not entry.name_sure:
            self._unsure.add(name)
        limit = {
            Role.CADES: MAX_CMS_BYTES,
            Role.XADES: MAX_XML_BYTES,
            Role.MANIFEST: MAX_MANIFEST_BYTES,
        }.get(role)
        if limit is None:
            self._contents[name] = Content.streamed(_Blocks(self._archive, entry), entry.size)
            return
        kept = sum(map(len, self._octets.values()))
        if kept + entry.size > MAX_CMS_BYTES:
            raise Rejection(codes.TOO_MUCH, expected=MAX_CMS_BYTES, actual="octets of signatures")
        self._octets[name] = self._whole(entry, limit, "octets in one signature file")
        self._contents[name] = Content.of(self._octets[name])

    def _whole(self, entry: Entry, limit: int, what: str) -> bytes:
        if entry.size > limit:
            raise Rejection(codes.TOO_MUCH, expected=limit, actual=what)
        return self._archive.read(entry)

    def _kind(self) -> tuple[Kind, str]:
        """ASiC-S or ASiC-E: what it says, or else what it looks like (A.1)."""
        comment = self._archive.comment
        by_comment = kind_of(comment.removeprefix(COMMENT) if comment.startswith(COMMENT) else b"")
        by_entry = kind_of(self._octets.get(MIMETYPE, b""))
        if by_entry is not None and by_comment not in (None, by_entry):
            raise Rejection(codes.KIND_CONFLICT, expected=by_entry.value, actual=str(by_comment))
        if by_entry is not None:
            first = self._archive.entries[0]
            placed = first.name == MIMETYPE and first.method == archives.STORED
            return by_entry, "its `mimetype`" if placed else "its `mimetype`, not stored first,"
        if by_comment is not None:
            return by_comment, "its comment"
        simple = {f"{META}signature.p7s", f"{META}signatures.xml", f"{META}timestamp.tst"}
        signed = [*self._named[Role.CADES], *self._named[Role.XADES]]
        alone = signed or self._named[Role.TIMESTAMP]
        # Packages of many files have signatures of these names too.
        alone_on_one = len(alone) == len(self._named[Role.FILE]) == 1
        if alone_on_one and alone[0] in simple and not self._named[Role.MANIFEST]:
            return Kind.SIMPLE, "what it holds"
        return Kind.EXTENDED, "what it holds"

    def _check_members(self, files: list[str]) -> None:
        signing = [*self._named[Role.CADES], *self._named[Role.XADES]]
        manifests = self._named[Role.MANIFEST]
        if len(signing) + len(manifests) > MAX_SIGNATURE_FILES:
            raise Rejection(codes.TOO_MUCH, expected=MAX_SIGNATURE_FILES, actual="signature files")
        tags = sum(
            self._octets[name].count(b"<")
            for name in (*self._named[Role.XADES], *manifests)
        )  # fmt: skip
        if tags > MAX_TAGS:
            raise Rejection(codes.TOO_MUCH, expected=MAX_TAGS, actual="parts of XML")
        if self.kind is Kind.EXTENDED:
            return
        wanted = (f"{META}signature.p7s", f"{META}signatures.xml")
        if len(signing) > 1 or any(name not in wanted for name in signing):
            raise Rejection(codes.MEMBERS, actual="other signatures than the one of ASiC-S")
        if manifests:
            raise Rejection(codes.MEMBERS, actual="a manifest, which only ASiC-E has")
        if any("/" in name for name in files):
            raise Rejection(codes.MEMBERS, actual="a file in a folder")

    # --- signatures ------------------------------------------------------------------------------
    def signatures(self) -> Iterator[Signature | RefusedSignature]:
        """Every signature, with what it covers and what none of them does."""
        reads = tuple(self._read())
        self._go_through(read.signature for read in reads)
        covered = frozenset().union(*(read.covered for read in reads))
        uncovered = [name for name in self._files if name not in covered]
        for read in reads:
            yield self._reported(read, uncovered)

    def _go_through(self, signatures: Iterable[Signature | RefusedSignature]) -> None:
        """Unpack every file once, whoever signed it, for all digests that signatures have of it.

        Raises ``Rejection`` (`zip.broken`): after this no octet of the container is unread.
        """
        wanted: dict[int, set[str]] = {}
        for signature in signatures:
            for claim in signature.contents if isinstance(signature, Signature) else ():
                wanted.setdefault(id(claim.content), set()).add(claim.algorithm)
        for content in self._contents.values():
            content.work_out(wanted.get(id(content), {"sha-256"}))

    def _read(self) -> Iterator[_Read]:
        for name in self._named[Role.XADES]:
            yield from self._xades(name)
        if self._only is not None:
            for name in self._named[Role.CADES]:
                yield from self._cades(name, self._contents[self._only], None)
            return
        yield from self._through_manifests()

    def _through_manifests(self) -> Iterator[_Read]:
        manifests: dict[str, list[tuple[str, Manifest]]] = {}
        unread: list[tuple[str, Rejection]] = []
        for name in self._named[Role.MANIFEST]:
            try:
                manifest = read_manifest(self._octets[name])
                target = self._lookup(manifest.signature)
            except Rejection as refusal:
                unread.append((name, refusal))
                continue
            if target is None:
                missing = Rejection(codes.SIGNATURE_MISSING, actual=_shown([manifest.signature]))
                yield _Read(_refused(name, missing))
            elif target not in self._named[Role.TIMESTAMP]:
                # A time-stamp over a manifest is among what is not evaluated.
                manifests.setdefault(target, []).append((name, manifest))
        for name in self._named[Role.CADES]:
            given = manifests.pop(name, [])
            if len(given) == 1:
                yield from self._cades(name, self._contents[given[0][0]], given[0])
            elif not given:
                # It may well be named where nothing can be read.
                none = unread.pop(0)[1] if unread else Rejection(codes.MANIFEST_NONE, actual=name)
                yield _Read(_refused(name, none))
            else:
                several = Rejection(codes.MANIFEST_SEVERAL, actual=len(given))
                yield _Read(_refused(name, several))
        for name, left in unread:
            yield _Read(_refused(name, left))
        for named in manifests.values():
            for name, _ in named:
                wrong = Rejection(codes.MANIFEST, actual="what it names is no CAdES signature")
                yield _Read(_refused(name, wrong))

    def _cades(
        self, name: str, content: Content, manifest: tuple[str, Manifest] | None
    ) -> Iterator[_Read]:
        """The signers of one CMS message, over the one file or over a manifest."""
        try:
            message = read_signed_data(self._octets[name])
        except Rejection as refusal:
            yield _Read(_refused(name, refusal))
            return
        if message.content is not None:
            yield _Read(_refused(name, Rejection(codes.ATTACHED)))
            return
        for number, signer in enumerate(message.signers, 1):
            title = f"{name}, signature {number}"
            try:
                if not isinstance(signer, SignerInfo):
                    raise signer
                signature = cades.signature_of(signer, title, content)
                signature = signature._replace(
                    certificates=(*message.certificates, *signature.certificates),
                    evidence=(*message.revocations, *signature.evidence),
                )
                if manifest is None:
                    assert self._only is not None  # the only case without one
                    yield _Read(signature, frozenset({self._only}))
                else:
                    yield self._listed(signature, *manifest)
            except Rejection as refusal:
                yield _Read(_refused(title, refusal))

    def _listed(self, signature: Signature, name: str, manifest: Manifest) -> _Read:
        """A signature over a manifest, with the digests of the files that the manifest lists."""
        own = [claim._replace(what=name) for claim in signature.contents]
        missing: list[str] = []
        claims: list[ContentClaim] = []
        covered: set[str] = set()
        for uri, algorithm, digest in manifest.files:
            found = self._lookup(uri)
            if found is None:
                missing.append(uri)
                continue
            covered.add(found)
            claims.append(ContentClaim(algorithm, digest, self._contents[found], found, uri))
        return _Read(
            signature._replace(
                contents=(*own, *claims), findings=(*signature.findings, *_missing(missing))
            ),
            frozenset(covered),
        )

    def _xades(self, name: str) -> Iterator[_Read]:
        """The XML signatures of one file, whose references name files of the container."""
        try:
            file = xades.parse(self._octets[name], self._request)
        except Rejection as refusal:
            yield _Read(_refused(name, refusal))
            return
        for signature in file.signatures:
            title = f"{name}, {signature.name}"
            if isinstance(signature, RefusedSignature):
                yield _Read(RefusedSignature(title, signature.finding))
                continue
            try:
                yield self._referred(signature._replace(name=title))
            except Rejection as refusal:
                yield _Read(_refused(title, refusal))

    def _referred(self, signature: Signature) -> _Read:
        missing: list[str] = []
        claims: list[ContentClaim] = []
        covered: set[str] = set()
        for claim in signature.contents:
            if claim.content is not None:
                claims.append(claim)
                continue
            found = None if claim.uri is None else self._lookup(claim.uri)
            if found is None:
                missing.append(claim.uri or "a file without a name")
                continue
            covered.add(found)
            what = CONTENT if found == self._only else found
            claims.append(claim._replace(content=self._contents[found], what=what))
        # What stands in a file of signatures alone is judged with them; of the container the
        # signature covers what it names.
        said = [f for f in signature.findings if f.code is not xades_codes.WHOLE]
        signature = signature._replace(contents=tuple(claims), findings=(*said, *_missing(missing)))
        return _Read(self._with_covered(signature, whole=not missing), frozenset(covered))

    def _with_covered(self, signature: Signature, *, whole: bool = True) -> Signature:
        """Time-stamps over all data now know what is referred to, in order (EN 319 132-1, 5.2.8);
        where a file is gone (not ``whole``) nobody can say whether they fit.

        Joined contents are gone through once more each, which is not done without a bound.
        """
        open_ones = [stamp for stamp in signature.timestamps if stamp.covers is None]
        if not open_ones:
            return signature
        data = [
            claim.content
            for claim in signature.contents
            if claim.what not in (xades.PROPERTIES, xades.KEY_INFO) and claim.content is not None
        ]
        covers = data[0] if len(data) == 1 else Content.joined(data)
        size = 0 if covers is None or len(data) == 1 else covers.size or 0
        self._joined += size
        if not whole or covers is None or self._joined > archives.LIMITS.total:
            kept = tuple(stamp for stamp in signature.timestamps if stamp.covers is not None)
            return signature._replace(
                timestamps=kept, unevaluated=(*signature.unevaluated, "AllDataObjectsTimeStamp")
            )
        return signature._replace(
            timestamps=tuple(
                stamp if stamp.covers is not None else stamp._replace(covers=covers)
                for stamp in signature.timestamps
            )
        )

    def _lookup(self, uri: str) -> str | None:
        """The entry that a relative reference names; ``None`` where there is none.

        NOTE: some writers leave out percent-encoding, so the name is looked for as it stands too.
        """
        known = self._contents.keys() - self._unsure
        names = {uri} & known
        try:
            decoded = unquote_to_bytes(uri).decode("utf-8")
        except UnicodeError:
            decoded = uri
        names |= {decoded} & known
        if len(names) > 1:
            raise Rejection(codes.REFERENCE_AMBIGUOUS)
        return next(iter(names), None)

    # --- what is said ----------------------------------------------------------------------------
    def _reported(self, read: _Read, uncovered: list[str]) -> Signature | RefusedSignature:
        signature = read.signature
        if isinstance(signature, RefusedSignature):
            return signature
        covered = [name for name in self._files if name in read.covered]
        beside = sorted(read.covered - {*covered})
        if covered or not self._files:
            said = [_finding(codes.COVERS, _shown([*covered, *beside]), len(self._files))]
        else:
            said = [_finding(codes.COVERS_NOTHING)]
        if uncovered:
            said.append(_finding(codes.UNCOVERED, _shown(uncovered)))
        return signature._replace(
            unevaluated=(*signature.unevaluated, *self.unevaluated),
            findings=(*signature.findings, *said),
        )

    def findings(self) -> Iterator[Finding]:
        """Of the container as a whole."""
        yield _finding(codes.KIND, self.kind.value, self._kind_said)
        files = [name for name in self._files if not name.startswith(META)]
        if not files or (self.kind is Kind.SIMPLE and len(files) > 1):
            expected = "exactly one" if self.kind is Kind.SIMPLE else "at least one"
            yield _finding(codes.DATA_OBJECTS, len(files), expected)


def _finding(code: Code, actual: Fact = None, expected: Fact = None) -> Finding:
    return Finding(code, expected, actual, subject=PartRole.SIGNER)


def _refused(name: str, refusal: Rejection) -> RefusedSignature:
    return RefusedSignature(name, refusal.finding(PartRole.SIGNER))


def _missing(uris: list[str]) -> tuple[Finding, ...]:
    return (_finding(codes.MISSING, _shown(uris)),) if uris else ()


def _shown(names: list[str]) -> tuple[str, ...]:
    """Names in a finding, each and all of them bounded."""
    held = tuple(name[:256] for name in names[:MAX_NAMED])
    more = len(names) - len(held)
    return (*held, f"{more} more") if more else held
