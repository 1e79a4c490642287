"""Signing keys of this installation: a local certificate authority and a signer certified by it.

One file with mode 0600, created on first use. Others can pass the certificate of the authority to
`miaobi verify --authority` to recognize files of this machine.
"""

import contextlib
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.core.errors import LabelError
from miaobi.core.paths import keys_dir, write_error

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate

YEARS = 10  # validity of the certificates
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Keys:
    """PEM texts: private key and certificate chain (leaf first) of the signer; the authority."""

    private: str
    chain: str
    authority: str


def install_keys() -> Keys:
    """Return the keys of this installation, created on first use.

    Raises OutputPathError, DiskFull or LabelError.
    """
    return _load_keys(keys_dir() / "signer.pem")


@lru_cache(maxsize=4)
def _load_keys(path: Path) -> Keys:
    if not path.exists():
        _create(path)
    text = path.read_text()
    blocks = text.split("-----BEGIN ")[1:]
    if len(blocks) != 3:
        raise LabelError(
            "{path} cannot be read: {reason}.",
            "Correct it or move it away.",
            path=path,
            reason=f"{len(blocks)} PEM blocks, not 3",
        )
    private, leaf, authority = ("-----BEGIN " + block for block in blocks)
    return Keys(private, leaf + authority, authority)


def _create(path: Path) -> None:
    """Write the keys atomically; of two concurrent processes, the keys of the first one stay."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)  # with mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(_make_chain())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
        os.unlink(name)
    except OSError as error:
        raise write_error(path, error) from error


def _make_chain() -> str:
    """Create private key, leaf and authority certificates (P-256) of the C2PA profile, as PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    pem = serialization.Encoding.PEM
    authority_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("Miaobi local authority", authority_key, None, authority_key)
    leaf = _certificate("Miaobi local signer", leaf_key, authority, authority_key)
    private = leaf_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    texts = (private, leaf.public_bytes(pem), authority.public_bytes(pem))
    return "".join(text.decode() for text in texts)


def _certificate(
    name: str,
    key: "EllipticCurvePrivateKey",
    issuer: "Certificate | None",
    issuer_key: "EllipticCurvePrivateKey",
) -> "Certificate":
    """Create a leaf certificate or, with issuer=None, a self-signed authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Miaobi local install"),
        ]
    )
    is_authority = issuer is None
    granted = {"key_cert_sign", "crl_sign"} if is_authority else {"digital_signature"}
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{use: use in granted for use in USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False
        )
    )
    if not is_authority:  # C2PA requires an extended key usage of its list
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purpose, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
