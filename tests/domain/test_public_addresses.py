"""S6: addresses by which our side would be led into places that are not the open Internet."""

from ipaddress import ip_address

import pytest

from shared.domain.public_addresses import AddressRefused, ensure_port, in_ascii, is_public, read_ip, read_web_address

CLOSED = [
    "0.0.0.0",  # noqa: S104 -- refused, not bound
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.0.0.53",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.7",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.9",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd12:3456::1",
    "fe80::1",
    "fe80::a9fe:a9fe",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]

OPEN = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "203.162.0.11",
]
OPEN_6 = [
    "2001:200::1",
    "2400:cb00::1",
    "2600::1",
    "2a00:1450::1",
    "3ffe::1",
]

IN_ASCII = {
    "http://a.vn/đường/Ấ?q=á#b": "http://a.vn/%C4%91%C6%B0%E1%BB%9Dng/%E1%BA%A4?q=%C3%A1#b",
    "https://Báo-Phường.vn:443/x": "https://xn--bo-phng-hwa18p974l.vn:443/x",
    "http://a.vn/%C4%91 ": "http://a.vn/%C4%91 ",
    "http://a.vn/100%đ": "http://a.vn/100%%C4%91",
    "đ://a.vn/": "đ://a.vn/",
}


@pytest.mark.parametrize(("written", "expected"), IN_ASCII.items())
def test_addresses_are_spelt_out_as_people_write_them(written: str, expected: str) -> None:
    assert in_ascii(written) == expected


NOT_SPELT_OUT = {
    "http://127。0。0。1/": "url-host",
    "http://ⓛocalhost/": "url-host",
    "http://１２７.0.0.1/": "url-host",
    "http://straße.de/": "url-host",
    "http://a.vn/\u202eđ": "url-invalid",
    "http://a.vn/đ x": "url-invalid",
}


@pytest.mark.parametrize(("written", "code"), NOT_SPELT_OUT.items())
def test_what_programs_spell_differently_is_refused(written: str, code: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        in_ascii(written)
    assert refused.value.code == code


REFUSED = {
    "http://2130706433/": "url-host",
    "http://0x7f000001/": "url-host",
    "http://0x7f.0.0.1/": "url-host",
    "http://0177.0.0.1/": "url-host",
    "http://017700000001/": "url-host",
    "http://127.1/": "url-host",
    "http://127.0.1/": "url-host",
    "http://127.0.0.1./": "url-host",
    "http://1.2.3.256/": "url-host",
    "http://[::1%25lo]/": "url-host",
    "http://[fe80::1%eth0]/": "url-host",
    "http://[::ffff:127.0.0.1/": "url-invalid",
    "http://127.0.0.1%2f@example.com/": "url-credentials",
    "http://user:password@example.com/": "url-credentials",
    "http://example.com@127.0.0.1/": "url-credentials",
    "http://@127.0.0.1/": "url-credentials",
    "http://example.com\\@127.0.0.1/": "url-invalid",
    "http:\\\\127.0.0.1\\": "url-invalid",
    "http://example.com\t/": "url-invalid",
    "http://exa mple.com/": "url-invalid",
    "http://ⓛocalhost/": "url-invalid",
    "http://127。0。0。1/": "url-invalid",
    "http://example.com/\r\nHost: x": "url-invalid",
    "http://example.com:99999/": "url-invalid",
    "http://example.com:-80/": "url-invalid",
    "http:///x": "url-host",
    "http://": "url-host",
    "http://.example.com/": "url-host",
    "http://example..com/": "url-host",
    "http://-x.com/": "url-host",
    "http://a%2eb.com/": "url-host",
    "file:///etc/passwd": "url-scheme",
    "gopher://127.0.0.1:6379/_FLUSHALL": "url-scheme",
    "ftp://example.com/": "url-scheme",
    "dict://127.0.0.1:11211/stats": "url-scheme",
    "data:text/html,x": "url-scheme",
    "//example.com/": "url-scheme",
    "example.com": "url-scheme",
    "": "url-invalid",
    "http://example.com/" + "x" * 2000: "url-invalid",
}


def test_the_table_is_as_long_as_promised() -> None:
    assert len(CLOSED) >= 60
    assert len(set(CLOSED)) == len(CLOSED)


@pytest.mark.parametrize("address", CLOSED)
def test_closed_addresses(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [*OPEN, *OPEN_6])
def test_open_addresses(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(("url", "code"), REFUSED.items())
def test_addresses_that_programs_read_differently_or_that_are_no_web_pages(url: str, code: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        read_web_address(url)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("url", "plain", "endpoint"),
    [
        ("HTTPS://Example.COM", "https://example.com/", "example.com:443"),
        ("https://example.com:443/a?b=c#d", "https://example.com/a?b=c", "example.com:443"),
        ("http://example.com:8080?x", "http://example.com:8080/?x", "example.com:8080"),
        ("http://[2400:CB00::1]/", "http://[2400:cb00::1]/", "[2400:cb00::1]:80"),
        ("http://1.2.3.4/%E1%BB%87", "http://1.2.3.4/%E1%BB%87", "1.2.3.4:80"),
        ("https://xn--bo-chnh-3ya.vn/", "https://xn--bo-chnh-3ya.vn/", "xn--bo-chnh-3ya.vn:443"),
    ],
)
def test_what_is_read(url: str, plain: str, endpoint: str) -> None:
    address = read_web_address(url)
    assert (address.url, address.endpoint) == (plain, endpoint)
    assert read_web_address(plain) == address


@pytest.mark.parametrize("port", [1, 22, 25, 6379, 8080, 8443])
def test_other_ports_than_those_of_the_web(port: int) -> None:
    with pytest.raises(AddressRefused, match="url-port"):
        ensure_port(read_web_address(f"http://example.com:{port}/"))


def test_names_are_no_ips() -> None:
    assert read_ip("example.com") is None
