"""Every certificate in the corpora, wherever it is: alone, in JSON, in XML, inside signed files."""

import base64
import re
from binascii import Error
from collections.abc import Iterator
from pathlib import Path

from defa_trust.codec.der import element
from defa_trust.errors import Rejection

FOLDERS = ("pkits-ocsp", "x509-limbo", "trust-lists", "ades")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_XML = re.compile(rb"X509Certificate>([^<]+)<")
_DER = re.compile(rb"\x30\x82..\x30\x82..\xa0\x03\x02\x01[\x00-\x02]", re.DOTALL)
_NOT_BASE64 = re.compile(rb"\\n|[^A-Za-z0-9+/=]")


def certificates(root: Path) -> dict[bytes, str]:
    """DER to the first file that holds it, as far as it can be told to be a certificate."""
    found: dict[bytes, str] = {}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file():
                for der in inside(path.read_bytes()):
                    found.setdefault(der, f"{folder}/{path.name}")
    return found


def inside(data: bytes) -> Iterator[bytes]:
    for pattern in (_PEM, _XML):
        for text in pattern.findall(data):
            try:
                yield base64.b64decode(_NOT_BASE64.sub(b"", text))
            except Error:
                continue
    for match in _DER.finditer(data):
        try:
            _, _, end = element(data, match.start(), len(data))
        except Rejection:
            continue
        yield data[match.start() : end]
