"""A certificate made on the spot: browsers give motion to pages over HTTPS only."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import ipaddress
import os
import ssl
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gesturemap.errors import FileError

FILE = "phone.pem"
DAYS = 397
"""How long it is good: phones refuse what is good for longer than 825 days, some than 398."""
RENEW = datetime.timedelta(days=7)
"""It is made anew when less than this is left."""


class Identity:
    """Key and certificate of this machine, kept in one file that only its owner can read.

    Parameters
    ----------
    folder : where it is kept.
    hosts : the addresses and names that the certificate must stand for; with others it is made anew, with the
        same key.

    Raises
    ------
    FileError
        If it cannot be written.
    """

    def __init__(self, folder: Path, hosts: Sequence[str], now: datetime.datetime | None = None) -> None:
        self.path = folder / FILE
        now = now or datetime.datetime.now(datetime.UTC)
        key, certificate = _read(self.path)
        self.new = key is None or certificate is None or not _fits(certificate, key, hosts, now)
        """Whether it was made now: browsers will ask again."""
        if key is None:
            key = ec.generate_private_key(ec.SECP256R1())
        if self.new:
            _write(self.path, _private(key) + _certificate(key, hosts, now))
        self.secret = hashlib.sha256(b"gesturemap phone" + _private(key)).digest()
        """What passes are signed with."""

    def context(self) -> ssl.SSLContext:
        """For a server."""
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        made.load_cert_chain(self.path)
        return made


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate(key: ec.EllipticCurvePrivateKey, hosts: Sequence[str], now: datetime.datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gesturemap on this computer")])
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))  # the phone's clock may be behind
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _read(path: Path) -> tuple[ec.EllipticCurvePrivateKey | None, x509.Certificate | None]:
    """What is kept; None for what is not there, or not right."""
    try:
        data = path.read_bytes()
        key = serialization.load_pem_private_key(data, None)
    except (OSError, ValueError, TypeError):
        return None, None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return None, None
    try:
        return key, x509.load_pem_x509_certificate(data)
    except ValueError:
        return key, None


def _fits(
    certificate: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    hosts: Sequence[str],
    now: datetime.datetime,
) -> bool:
    if certificate.public_key() != key.public_key():
        return False
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc - RENEW:
        return False
    try:
        stands = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return {_name(host) for host in hosts} <= set(stands)


def _write(path: Path, data: bytes) -> None:
    """The old file or the new one, never half; nobody else can read it."""
    half = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=path.parent, prefix=".phone-")  # made with mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(half).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(half or path.parent / ".none").unlink(missing_ok=True)
        raise FileError(
            str(path),
            error.strerror or str(error),
            "the certificate for the phone's page is kept there",
            "make the folder writable",
        ) from error
