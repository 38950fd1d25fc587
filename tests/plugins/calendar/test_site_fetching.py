"""The robot reads one page of a stranger: never of our own network, never for long, never more than a megabyte."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from orientir_testkit.sites import Site

from orientir_calendar import site_fetching
from orientir_calendar.site_fetching import FetchedPage, FetchProblem, fetch_page, may_reach

AGENT = "Orientir/0 (+https://o.example.org)"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made
    made.close()


def fetched(url: str) -> FetchedPage:
    return fetch_page(url, AGENT, loopback=True)


def problem(url: str, *, loopback: bool = True) -> str:
    with pytest.raises(FetchProblem) as refused:
        fetch_page(url, AGENT, loopback=loopback)
    return str(refused.value)


def test_a_page_comes_as_it_is_and_the_site_learns_who_asks(site: Site):
    page = fetched(site.says("/prof", "Привет".encode(), Last_Modified="Mon, 11 May 2026 10:00:00 GMT"))
    assert (page.body.decode(), page.is_cut) == ("Привет", False)
    assert page.modified.startswith("Mon, 11 May")
    assert site.asked == [("/prof", AGENT)]


def test_an_address_in_russian_is_asked_for_as_browsers_do(site: Site):
    site.says("/%D0%BF%D1%80%D0%BE%D1%84?%D0%B0=1", b"x")
    assert fetched(f"{site.address}/проф?а=1").body == b"x"


def test_a_redirection_is_followed_three_times_and_no_more(site: Site):
    site.says("/3", b"there")
    for number in range(3):
        site.says(f"/{number}", status=302, Location=f"/{number + 1}")
    assert fetched(f"{site.address}/0").body == b"there"
    site.says("/3", status=301, Location="/4")
    site.says("/4", b"too far")
    assert problem(f"{site.address}/0") == "Адрес перенаправляет больше трёх раз."
    assert "/4" not in [path for path, _agent in site.asked]


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://192.168.1.1/", "http://[fd00::1]/",
     "http://0.0.0.0/", "http://[::ffff:10.0.0.1]/"],
)  # fmt: skip
def test_a_redirection_into_a_private_network_is_refused(site: Site, target: str):
    assert "внутреннюю сеть" in problem(site.says("/", status=302, Location=target))


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/", "", "http://[", "javascript:1"]
)
def test_a_redirection_to_what_is_no_page_is_refused(site: Site, target: str):
    assert "не адрес страницы" in problem(site.says("/", status=302, Location=target))


def test_the_loopback_is_refused_unless_a_test_lets_it(site: Site):
    url = site.says("/", b"secret")
    assert "внутреннюю сеть" in problem(url, loopback=False)
    assert "внутреннюю сеть" in problem(url.replace("127.0.0.1", "localhost"), loopback=False)
    assert site.asked == []


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("93.184.215.14", True), ("2606:2800:21f::1", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.0.1", False), ("100.64.0.1", False), ("169.254.1.1", False),
        ("224.0.0.1", False), ("255.255.255.255", False), ("0.0.0.0", False), ("::1", False), ("::", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("::ffff:127.0.0.1", False), ("::ffff:93.184.215.14", True),
        ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_only_public_addresses_are_reached(address: str, reached: bool):
    assert may_reach(address) is reached


def test_a_name_is_resolved_once_and_connected_to_as_it_was_looked_at(site: Site, monkeypatch: pytest.MonkeyPatch):
    """A name that leads elsewhere when it is asked again (DNS rebinding) gains nothing."""
    answers = iter(["127.0.0.1"])

    def resolve(_host: str, port: int, **_options: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    url = site.says("/", b"once").replace("127.0.0.1", "school3.example")
    monkeypatch.setattr(site_fetching.socket, "getaddrinfo", lambda host, *rest, **more: (
        resolve(host, rest[0], **more) if host == "school3.example" else [(2, 1, 6, "", (host, rest[0]))]
    ))  # fmt: skip
    assert fetched(url).body == b"once"


def test_a_name_that_leads_to_a_private_address_too_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch):
    found = [(2, 1, 6, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(site_fetching.socket, "getaddrinfo", lambda *_rest, **_more: found)
    assert "внутреннюю сеть" in problem("http://school3.example/")


def test_a_silent_site_is_left_in_time(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(site_fetching, "TIME_LIMIT", 0.3)
    site.answers["/"] = lambda _handler: site.over.wait(30)
    assert problem(f"{site.address}/") == "Сайт отвечал слишком долго."


@pytest.mark.parametrize("start", [b"", b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n"])
def test_a_site_that_answers_drop_by_drop_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch, start: bytes):
    """Each drop comes in time, so a limit of a single reading would never end; in the head or in the body alike."""
    monkeypatch.setattr(site_fetching, "TIME_LIMIT", 0.5)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        while not site.over.wait(0.05):
            handler.wfile.write(b"H")
            handler.wfile.flush()

    site.answers["/"] = drip
    assert problem(f"{site.address}/") == "Сайт отвечал слишком долго."


def test_a_huge_page_is_read_to_its_first_megabyte(site: Site):
    page = fetched(site.says("/", b"x" * 3_000_000))
    assert (len(page.body), page.is_cut) == (1_000_000, True)


def test_a_page_compressed_to_nothing_unfolds_no_further(site: Site):
    page = fetched(site.says("/", gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip"))
    assert (len(page.body), page.is_cut) == (1_000_000, True)
    assert "прочитать нельзя" in problem(site.says("/bad", b"not packed", Content_Encoding="gzip"))


@pytest.mark.parametrize(
    ("status", "words"), [(404, "нет (код 404)"), (403, "не пускает"), (500, "не работает"), (204, "не работает")]
)
def test_a_refusal_is_told_in_words(site: Site, status: int, words: str):
    assert words in problem(site.says("/", status=status)).replace("\xa0", " ")


def test_what_is_no_page_is_told_in_words(site: Site):
    assert "не страница, а файл" in problem(site.says("/", b"%PDF", Content_Type="application/pdf"))
    site.answers["/raw"] = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")
    assert "прочитать нельзя" in problem(f"{site.address}/raw")


def test_a_closed_port_and_an_unknown_name_are_told_apart(monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert problem(f"http://127.0.0.1:{taken.getsockname()[1]}/") == "Сайт не отвечает."

    def unknown(*_rest: object, **_more: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(site_fetching.socket, "getaddrinfo", unknown)
    assert problem("http://no-such-school.example/") == "Сайта с таким адресом нет."


@pytest.mark.parametrize("url", ["http://x:abc/", "http://" + "a" * 70 + ".ru/", "school3", "http://", "ftp://a.ru/"])
def test_what_is_no_address_is_told_in_words(url: str):
    assert "не адрес страницы" in problem(url)


def test_a_certificate_nobody_vouches_for_is_refused(site: Site, tmp_path: Path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_own_certificate(tmp_path))
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True, do_handshake_on_connect=False)
    url = site.says("/", b"x").replace("http://", "https://")
    assert problem(url) == "Сертификат сайта не проходит проверку."


def test_a_site_without_tls_at_a_secure_address_is_told_in_words(site: Site):
    assert "не устанавливается" in problem(site.address.replace("http://", "https://"))


def _own_certificate(folder: Path) -> Path:
    """Return a file with a certificate for the loopback that nobody but its own key has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(secret + certificate.public_bytes(pem))
    return path
