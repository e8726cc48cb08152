"""ASiC containers of levels B-B, B-T and B-LT, made with any ``Signer`` (floor 3).

For tests, samples and sandboxes: enough of EN 319 162-1 to build what the verifier reads. The same
files, keys and moments always make the same octets, as far as the signer's algorithm does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Final
from urllib.parse import quote

from ..algorithms import DIGESTS
from ..codec import base64url, xml
from ..codec import zip as archives
from ..codec.zip import Archive, Pack
from ..content import Content
from ..errors import MisuseError
from ..material import Item
from ..signer import Signer
from .asic_manifest import NAMESPACES
from .asic_names import COMMENT, META, MIMETYPE, Kind
from .cades_sign import Placement, TimestampSource, sign_cades
from .sign_common import Detached
from .xades_sign import XmlPlacement, sign_xades
from .xmldsig import DIGEST_METHODS, DS

_ASIC: Final = NAMESPACES[0]
_DIGEST_URIS: Final = {name: uri for uri, name in DIGEST_METHODS.items()}
_PACKAGE: Final = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_OCTETS: Final = "application/octet-stream"
_PKCS7: Final = "application/pkcs7-signature"
_DESCRIPTION: Final = f"{META}manifest.xml"
_SIGNATURES: Final = (
    f'<asic:XAdESSignatures xmlns:asic="{_ASIC}">'.encode(),
    b"</asic:XAdESSignatures>",
)


class Form(Enum):
    """Which family signs what the container holds."""

    CADES = "cades"
    XADES = "xades"


def sign_asic(
    files: Mapping[str, bytes],
    signer: Signer,
    *,
    kind: Kind,
    form: Form,
    signing_time: int,
    digest: str = "sha-256",
    timestamps: TimestampSource | None = None,
    evidence: Iterable[Item] = (),
    commitments: Iterable[str] = (),
    pack: Pack | None = None,
) -> bytes:
    """A container of these files with one signature over all of them.

    ``kind`` ASiC-S takes exactly one file. ``signing_time`` is Unix seconds. B-T with a source of
    ``timestamps``, B-LT with ``evidence`` too (CRLs and OCSP responses). All is stored, or with
    ``pack`` (``codec.zip.deflated``) deflated. Raises ``MisuseError`` for files that make no such
    container.
    """
    if kind is Kind.SIMPLE and len(files) != 1:
        raise MisuseError(f"ASiC-S holds exactly one file, not {len(files)}")
    if not files or any(name == MIMETYPE or name.startswith(META) for name in files):
        raise MisuseError(f"there are files to be signed, and none is {MIMETYPE} or in {META}")
    held = {MIMETYPE: kind.value.encode(), **files}
    if kind is Kind.EXTENDED and form is Form.XADES:
        held |= _described(files)
    made = _Work(signer, form, signing_time, digest, timestamps, evidence, commitments)
    if kind is Kind.EXTENDED:
        held |= made.extended(files, 1)
    elif form is Form.CADES:
        held[f"{META}signature.p7s"] = made.cades(next(iter(files.values())))
    else:
        held[f"{META}signatures.xml"] = made.xades(files)
    return archives.write(held.items(), comment=COMMENT + kind.value.encode(), pack=pack)


def add_signature(
    container: bytes,
    signer: Signer,
    *,
    form: Form,
    signing_time: int,
    files: Iterable[str] | None = None,
    digest: str = "sha-256",
    timestamps: TimestampSource | None = None,
    evidence: Iterable[Item] = (),
    commitments: Iterable[str] = (),
    pack: Pack | None = None,
) -> bytes:
    """An ASiC-E container with one more signature, over all of its files or those named.

    Everything that was in it stays as it is. Raises ``Rejection`` (`zip.*`) for what is no
    container, ``MisuseError`` for ASiC-S or for files that it does not hold.
    """
    archive = Archive(container)
    held = {entry.name: archive.read(entry) for entry in archive.entries if not entry.is_folder}
    if held.get(MIMETYPE) != Kind.EXTENDED.value.encode():
        raise MisuseError("only ASiC-E takes a further signature in a file of its own")
    data = {n: octets for n, octets in held.items() if n != MIMETYPE and not n.startswith(META)}
    chosen = data
    if files is not None:
        wanted = list(files)
        if not wanted or not data.keys() >= {*wanted}:
            raise MisuseError("the container holds no file of that name")
        chosen = {name: data[name] for name in wanted}
    number = 1 + sum(name.startswith(f"{META}signature") for name in held)
    made = _Work(signer, form, signing_time, digest, timestamps, evidence, commitments)
    if form is Form.XADES and _DESCRIPTION not in held:
        held |= _described(data)
    held |= made.extended(chosen, number)
    return archives.write(held.items(), comment=archive.comment, pack=pack)


def _described(files: Iterable[str]) -> dict[str, bytes]:
    """The manifest of OpenDocument packages (1.2, part 3, 4), which XAdES containers have.

    NOTE: EN 319 162-1 leaves it open, and readers refuse containers without one.
    """
    root = xml.build(f"{{{_PACKAGE}}}manifest", {"manifest": _PACKAGE})
    root.set(f"{{{_PACKAGE}}}version", "1.2")
    for name, media in (("/", Kind.EXTENDED.value), *((each, _OCTETS) for each in files)):
        entry = xml.add(root, f"{{{_PACKAGE}}}file-entry")
        entry.set(f"{{{_PACKAGE}}}full-path", name)
        entry.set(f"{{{_PACKAGE}}}media-type", media)
    return {_DESCRIPTION: xml.serialise(root)}


class _Work:
    """One signature to be made, whatever it will be over."""

    def __init__(
        self,
        signer: Signer,
        form: Form,
        signing_time: int,
        digest: str,
        timestamps: TimestampSource | None,
        evidence: Iterable[Item],
        commitments: Iterable[str],
    ) -> None:
        if digest not in _DIGEST_URIS:
            raise MisuseError(f"no digest {digest!r} here; known: {', '.join(_DIGEST_URIS)}")
        self._signer = signer
        self._form = form
        self._digest = digest
        self._shared: dict[str, Any] = {
            "signing_time": signing_time,
            "digest": digest,
            "timestamps": timestamps,
            "evidence": tuple(evidence),
            "commitments": tuple(commitments),
        }

    def extended(self, files: Mapping[str, bytes], number: int) -> dict[str, bytes]:
        """The entries of META-INF that make one signature of ASiC-E."""
        if self._form is Form.XADES:
            return {f"{META}signatures{number:03}.xml": self.xades(files)}
        name = f"{META}signature{number:03}.p7s"
        manifest = self._manifest(files, name)
        return {f"{META}ASiCManifest{number:03}.xml": manifest, name: self.cades(manifest)}

    def cades(self, content: bytes) -> bytes:
        """A detached CAdES signature."""
        return sign_cades(content, self._signer, placement=Placement.DETACHED, **self._shared)

    def xades(self, files: Mapping[str, bytes]) -> bytes:
        """A XAdES signature in the element that holds those of a container (A.5)."""
        detached = [Detached(quote(name), Content.of(octets)) for name, octets in files.items()]
        signed = sign_xades(detached, self._signer, placement=XmlPlacement.DETACHED, **self._shared)
        # As text, so that no prefix of what is signed is written anew.
        declaration, _, document = signed.partition(b"?>")
        return declaration + b"?>" + document[:1] + document[1:].join(_SIGNATURES)

    def _manifest(self, files: Mapping[str, bytes], signature: str) -> bytes:
        """ASiCManifest (A.4): what the signature of this name is over."""
        root = xml.build(f"{{{_ASIC}}}ASiCManifest", {"asic": _ASIC, "ds": DS})
        xml.add(root, f"{{{_ASIC}}}SigReference", URI=quote(signature), MimeType=_PKCS7)
        for name, octets in files.items():
            listed = xml.add(root, f"{{{_ASIC}}}DataObjectReference", URI=quote(name))
            method = xml.add(listed, f"{{{DS}}}DigestMethod")
            method.set("Algorithm", _DIGEST_URIS[self._digest])
            value = base64url.encode_standard(DIGESTS[self._digest](octets))
            xml.add(listed, f"{{{DS}}}DigestValue", value)
        return xml.serialise(root)
