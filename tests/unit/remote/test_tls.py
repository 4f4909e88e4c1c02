"""Certificates, good and bad, and ports that speak something else."""

import ssl
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from loopback import HOST, blunt, serve, silent

NOW = datetime.now(timezone.utc)
DAY = timedelta(days=1)


@pytest.fixture
def tls(said, ca_file):
    """Return a function that says how TLS with a certificate is, with our CA trusted."""

    def tls_(certificate, configure=None, **settings):
        settings = {"caCertFilePath": ca_file, **settings}
        with serve({}, certificate, configure) as site:
            return said("TLS", endpoint=site.address, **settings)

    return tls_


def test_a_good_certificate(tls, ca):
    found = tls(ca.issue_cert(HOST, not_after=NOW + 15 * DAY))
    assert found.startswith("ok: TLSv1.3, certificate by ")
    assert found.endswith(f"valid until {NOW + 15 * DAY:%Y-%m-%d}")


def test_a_certificate_that_expires_soon(tls, ca):
    found = tls(ca.issue_cert(HOST, not_after=NOW + 13 * DAY))
    assert found.startswith("warning: ")
    assert found.endswith(f"valid until {NOW + 13 * DAY:%Y-%m-%d}")


def test_an_expired_certificate(tls, ca):
    certificate = ca.issue_cert(HOST, not_before=NOW - 9 * DAY, not_after=NOW - DAY)
    expected = f"failure: the certificate expired on {NOW - DAY:%Y-%m-%d}"
    assert tls(certificate) == expected


def test_a_certificate_that_is_not_valid_yet(tls, ca):
    certificate = ca.issue_cert(HOST, not_before=NOW + DAY, not_after=NOW + 9 * DAY)
    expected = f"failure: the certificate begins only on {NOW + DAY:%Y-%m-%d}"
    assert tls(certificate) == expected


@pytest.mark.parametrize("name", ["flyte.example.com", "127.0.0.2"])
def test_a_certificate_of_another_host(tls, ca, name):
    assert tls(ca.issue_cert(name)) == f"failure: the certificate is for {name}, not for {HOST}"


def test_a_certificate_of_another_name_of_the_same_host(said, ca, ca_file):
    with serve({}, ca.issue_cert(HOST)) as site:
        found = said("TLS", endpoint=f"localhost:{site.port}", caCertFilePath=ca_file)
    assert found == f"failure: the certificate is for {HOST}, not for localhost"


def test_an_unknown_authority(tls, ca_file):
    stranger = trustme.CA(organization_name="Stranger")
    certificate = stranger.issue_cert(HOST)
    expected = "failure: the certificate is signed by Stranger, not trusted by "
    assert tls(certificate) == expected + ca_file
    assert tls(certificate, caCertFilePath="") == expected + "default"


def test_a_certificate_without_the_one_between(tls, ca):
    certificate = ca.create_child_ca().issue_cert(HOST)

    def leave_out(context):
        leaf, key = certificate.cert_chain_pems[0], certificate.private_key_pem
        with leaf.tempfile() as leaf_file, key.tempfile() as key_file:
            context.load_cert_chain(leaf_file, key_file)

    assert tls(certificate, leave_out).startswith("failure: the certificate is signed by ")
    assert tls(certificate).startswith("ok: ")


def test_a_certificate_that_signs_itself(tls, ca, tmp_path):
    path = tmp_path / "own.pem"
    path.write_bytes(self_signed())
    found = tls(ca.issue_cert(HOST), lambda context: context.load_cert_chain(path))
    assert found == (
        "failure: the certificate is signed by itself, and not among those that are trusted"
    )
    found = tls(
        ca.issue_cert(HOST),
        lambda context: context.load_cert_chain(path),
        caCertFilePath=str(path),
    )
    assert found.startswith("ok: ")


def self_signed():
    """A key and a certificate, as `openssl req -x509` makes them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=NOW - DAY,
        not_valid_after=NOW + 99 * DAY,
    )
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    pkcs8, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(pem, pkcs8, no_password) + certificate.public_bytes(pem)


def test_the_advice_names_the_setting(doctor, ca):
    with serve({}, ca.issue_cert(HOST)) as site:
        report = doctor(endpoint=site.address)
    (check,) = (check for check in report.checks if check.name == "TLS")
    assert "%flyte_config set admin.caCertFilePath=FILE" in check.advice


def test_a_server_that_wants_a_certificate_of_ours(tls, ca):
    def want(context):
        context.verify_mode = ssl.CERT_REQUIRED
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # 1.3 says so only later
        ca.configure_trust(context)

    assert tls(ca.issue_cert(HOST), want).startswith("failure: no TLS connection: ")


# -- checking switched off ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "settings", "said_of_it"),
    [
        (HOST, {}, "this one would be trusted anyway"),
        ("other.example", {}, f"the certificate is for other.example, not for {HOST}"),
        (HOST, {"caCertFilePath": "/no/such"}, "the configured certificates cannot be read"),
    ],
)
def test_checking_is_switched_off(tls, ca, name, settings, said_of_it):
    found = tls(ca.issue_cert(name), insecureSkipVerify=True, **settings)
    expected = "warning: any certificate is accepted (admin.insecureSkipVerify): "
    assert found == expected + said_of_it


def test_without_checking_the_rest_works_and_nothing_warns(said, ca, admin_answers):
    with serve(admin_answers, ca.issue_cert("other.example")) as site:
        found = said("admin", endpoint=site.address, insecureSkipVerify=True)
    assert found == "ok: Flyte admin v1.16.1"


# -- something else than what is configured -----------------------------------------------


def test_tls_against_a_port_without(said, admin_answers):
    with serve(admin_answers) as site:
        found = said("TLS", endpoint=site.address)
    assert found == f"failure: {site.address} speaks HTTP without TLS"


@pytest.mark.parametrize("is_polite", [True, False])
def test_no_tls_against_a_port_with(said, ca, admin_answers, is_polite):
    with serve(admin_answers, ca.issue_cert(HOST), is_polite=is_polite) as site:
        found = said("TLS", endpoint=site.address, insecure=True)
    assert found == f"failure: {site.address} speaks TLS, and the settings say to use none"


def test_no_tls_against_a_port_without_that_says_400_all_the_same(said, admin_answers):
    answers = {**admin_answers, "/api/v1/version": (400, {}, b"")}
    with serve(answers) as site:
        assert said("TLS", endpoint=site.url) == "ok: none, on this machine itself"


def test_no_tls_against_a_port_without(said, admin_answers):
    with serve(admin_answers) as site:
        assert said("TLS", endpoint=site.url) == "ok: none, on this machine itself"


@pytest.mark.parametrize("insecure", [True, False])
def test_a_server_that_never_answers(said, insecure):
    with silent() as address:
        found = said("TLS", endpoint=address, insecure=insecure, check_s=0.3)
    assert found.startswith("failure: ")
    assert "nothing" in found


def test_a_port_that_speaks_another_language(said):
    with blunt(b"\0\0\x12\x04\0\0\0\0\0\0\0") as address:  # HTTP/2, as gRPC has it
        assert said("TLS", endpoint=address, insecure=True) == (
            "failure: no TLS is used, and the server does not speak HTTP/1.1"
        )
        found = said("TLS", endpoint=address)
    assert found == "failure: no TLS connection: wrong version number"


def test_a_port_that_hangs_up(said):
    with blunt() as address:
        assert said("TLS", endpoint=address).startswith("failure: no TLS connection: ")
        assert "says nothing" in said("TLS", endpoint=address, insecure=True)
