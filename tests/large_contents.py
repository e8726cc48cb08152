"""TEST-ONLY: a value over a digest, for contents too large to be signed as octets."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils


def sign_digest(signer, digest):
    """ECDSA over a SHA-256 digest, as R || S."""
    scheme = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
    pair = utils.decode_dss_signature(signer.key.private_key.sign(digest, scheme))
    return b"".join(part.to_bytes(32, "big") for part in pair)
