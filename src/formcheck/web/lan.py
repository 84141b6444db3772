"""The local network: this computer's addresses there, a certificate of its own, and a code for a phone to scan."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from formcheck.core.errors import OutputError

_DAYS = 397  # the longest that browsers accept
_RENEW_DAYS = 30


def lan_addresses() -> list[str]:
    """Return this computer's IPv4 addresses in the local network, the one of the default route first.

    Nothing is sent: connecting a datagram socket only asks the routing table.
    """
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address of documentation (RFC 5737)
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return list(dict.fromkeys(a for a in found if not ipaddress.ip_address(a).is_loopback))


def certificate(folder: Path, names: tuple[str, ...]) -> tuple[Path, Path]:
    """Return certificate and key for these names, made on first use and again when names change or it runs out.

    Parameters
    ----------
    folder
        Where they are kept; the key is readable by its owner only.
    names
        Host names and addresses.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    cert, key = folder / "certificate.pem", folder / "key.pem"
    try:
        if not (key.is_file() and _fits(cert, names)):
            folder.mkdir(parents=True, exist_ok=True)
            _make(cert, key, names)
    except OSError as error:
        raise OutputError(f"cannot write the certificate into {folder} ({error.strerror}); check its rights") from error
    return cert, key


def fingerprint(cert: Path) -> str:
    """Return the certificate's SHA-256 as browsers show it, to compare by eye."""
    digest = x509.load_pem_x509_certificate(cert.read_bytes()).fingerprint(hashes.SHA256())
    return ":".join(f"{byte:02X}" for byte in digest)


def _fits(cert: Path, names: tuple[str, ...]) -> bool:
    try:
        known = x509.load_pem_x509_certificate(cert.read_bytes())
        alt = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    have = {str(name.value) for name in alt}
    return set(names) <= have and known.not_valid_after_utc > datetime.now(UTC) + timedelta(days=_RENEW_DAYS)


def _make(cert: Path, key: Path, names: tuple[str, ...]) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "formcheck on this computer")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_secret(key, pem)
    _write_secret(cert, made.public_bytes(serialization.Encoding.PEM))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write_secret(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(".part")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    temporary.replace(path)


def kept_token(path: Path, make: str) -> str:
    """Return the token in a file that only its owner can read; write `make` into it if there is none.

    So an open page finds the server again after a restart. Only for the loopback address: in the local network each
    start has its own.
    """
    try:
        known = path.read_text(encoding="ascii").strip()
        if len(known) >= len(make):
            return known
    except (OSError, UnicodeDecodeError):
        pass
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_secret(path, make.encode())
    except OSError as error:
        raise OutputError(f"cannot write {path} ({error.strerror}); check its rights") from error
    return make


def code_for_terminal(address: str) -> str:
    """Return a QR code made of block characters."""
    from io import StringIO

    out = StringIO()
    segno.make(address, error="m").terminal(out, compact=True)
    return out.getvalue()


def code_as_svg(address: str) -> bytes:
    """Return a QR code as an SVG picture, dark on white whatever the page's colours."""
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False)
    return out.getvalue()
