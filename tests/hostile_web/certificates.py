"""Certificates of every wrong kind, and one right one with its authority."""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_KEY = ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True, slots=True)
class Made:
    """A server's context, and the SHA-256 of its certificate."""

    context: ssl.SSLContext
    pin: str


def make_authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey, Path]:
    """An office's own authority; its certificate also as a PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _build("So Vi du CA", "So Vi du CA", key, key, ca=True)
    path = folder / "ca.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return certificate, key, path


def make_server(
    folder: Path,
    *,
    address: str = "127.0.0.1",
    days: int = 30,
    signed_by: tuple[x509.Certificate, ec.EllipticCurvePrivateKey, Path] | None = None,
) -> Made:
    """A context whose certificate is self-signed unless an authority signs it. days: negative ones make an expired certificate."""
    issuer, key = ("127.0.0.1", _KEY) if signed_by is None else ("So Vi du CA", signed_by[1])
    certificate = _build("127.0.0.1", issuer, _KEY, key, address=address, days=days)
    der = certificate.public_bytes(serialization.Encoding.DER)
    pin = hashlib.sha256(der).hexdigest()
    path = folder / f"{pin[:12]}.pem"
    private = _KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return Made(context, pin)


def _build(
    subject: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    address: str = "",
    days: int = 30,
    ca: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if address:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
    return builder.sign(signer, hashes.SHA256())
