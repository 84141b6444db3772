from __future__ import annotations

import ssl
import stat
from pathlib import Path
from xml.etree import ElementTree

from cryptography import x509

from formcheck.web.lan import certificate, code_as_svg, fingerprint, kept_token, lan_addresses


def test_the_certificate_names_every_address_and_is_kept(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path / "tls", ("192.168.1.7", "laptop.local"))
    made = x509.load_pem_x509_certificate(cert.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {"192.168.1.7", "laptop.local"}
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)  # they belong together
    first = fingerprint(cert)
    certificate(tmp_path / "tls", ("192.168.1.7",))
    assert fingerprint(cert) == first


def test_another_address_needs_another_certificate(tmp_path: Path) -> None:
    cert, _ = certificate(tmp_path, ("192.168.1.7",))
    first = fingerprint(cert)
    certificate(tmp_path, ("10.0.0.9",))
    assert fingerprint(cert) != first


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    _, key = certificate(tmp_path, ("10.0.0.9",))
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_token_of_this_computer_stays_from_start_to_start(tmp_path: Path) -> None:
    path = tmp_path / "token"
    assert kept_token(path, "first-token-of-all") == "first-token-of-all"
    assert kept_token(path, "another-token-here") == "first-token-of-all"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("cut")
    assert kept_token(path, "another-token-here") == "another-token-here"


def test_loopback_is_no_address_of_the_network() -> None:
    assert not any(address.startswith("127.") for address in lan_addresses())


def test_the_code_for_the_phone_is_a_picture() -> None:
    assert ElementTree.fromstring(code_as_svg("https://192.168.1.7:8520/?token=abc#/train/x")).tag.endswith("svg")
