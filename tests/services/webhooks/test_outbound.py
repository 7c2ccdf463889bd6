"""Where webhooks may go: a name is looked up, checked, and only what was checked is called."""

import asyncio
import socket
from typing import Any

import pytest

from services.webhooks import outbound as outbound_module
from services.webhooks.outbound import AddressRefused, Outbound, check_url, is_public
from tests.services.webhooks.receiver import receiving

INSIDE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
)


@pytest.mark.parametrize("address", INSIDE)
def test_a_private_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https:///path",
        "https://user:password@example.com/",
        "https://example.com/#part",
        "https://example.com:99999/",
        "https://[::1/",
        "https://exam ple.com/",
        "https://example.com/\r\nx-more: 1",
        "https://127.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "//example.com",
        "",
        "https://localhost/",
        "https://LocalHost./",
        "https://shop.localhost:8443/",
        "https://localhost.localdomain/",
        "https://printer.local/",
        "https://vault.internal/",
        "https://router.home.arpa./",
        "https://hooks.default.svc/",
        "https://shop.test/",
        "https://shop.invalid/",
        "https://shop.onion/",
        "https://shop.alt/",
        "https://localhost.localdomain6/",
        "https://shop.localhost6/",
        "https://1.0.0.127.in-addr.arpa/",
        "https://intranet/",
        "https://0/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f000001./",
        "https://0X7F.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.01/",
        "https://1.1.1.1.1/",
        "https://8.8.2056/",
        "https://shop.example.1/",
        "https://shop.example.0x/",
        "https://127.0.0.1./",
        "https://127.0.0.1:443/",
        "https://%31%32%37.0.0.1/",
        "https://127%2e0.0.1/",
        "https://localhost%00.example.com/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:0:127.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::127.0.0.1]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1%25eth0]/",
        "https://[2606:4700:4700::1111%25eth0]/",
        "https://[127.0.0.1]/",
        "https://[v1.x]/",
        "https://::1/",
        "https://@example.com/",
        "https://:@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com\\@127.0.0.1/",
        "https://127.0.0.1\\.example.com/",
        "https://example.com/#",
        "https://example.com:0/",
        "https://example..com/",
        "https://.example.com/",
        "https://example.com../",
        "https://-example.com/",
        f"https://{'a' * 64}.example.com/",
        f"https://{'a.' * 127}example.com/",
        "https://ex\u0430mple.com/",
        "https://①②⑦.⓪.⓪.①/",
        "https://exa\u00admple.com/",
        "https://example.com/\x7f",
    ],
)
def test_an_address_that_needs_no_lookup_is_refused_at_once(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url, private=False)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com:8443/hooks?shop=1",
        "https://EXAMPLE.com./hooks",
        "https://xn--bcher-kva.example/",
        "https://my_shop.example.com/",
        "https://3com.com/",
        "https://0x7f.example.com/",
        "https://1.1.1.1/",
        "https://[2606:4700:4700::1111]:8443/",
        "https://example.com/a@b:c?x=@",
        f"https://{'a' * 63}.example.com/",
    ],
)
def test_an_ordinary_address_is_accepted(url: str) -> None:
    check_url(url, private=False)


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost:9000", "[::1]:9000", "receiver", "receiver.internal"])
def test_a_local_address_is_accepted_where_the_setting_allows_it(host: str) -> None:
    check_url(f"http://{host}/", private=True)


@pytest.mark.parametrize("host", ["a..b", "-", "[127.0.0.1]", "user@localhost", "%6cocalhost", "a" * 64])
def test_a_text_that_is_no_host_is_refused_under_any_setting(host: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(f"http://{host}/", private=True)


async def test_an_address_that_was_accepted_under_other_settings_is_not_called() -> None:
    """The setting was changed since: plain http would still reach a public host."""
    outbound = Outbound(private=False)
    for url in ("http://shop.invalid/hook", "https://user:word@shop.invalid/hook"):
        reply = await outbound.post(url, {}, b"{}")
        assert reply.status is None
        assert "A webhook's address" in str(reply.message)
    await outbound.close()


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f.1"])
async def test_a_name_that_resolves_to_a_private_address_is_not_called(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the old ways of writing 127.0.0.1, should the check before the lookup not know them."""
    monkeypatch.setattr(outbound_module, "check_url", lambda _url, *, private: None)
    async with receiving() as receiver:
        outbound = Outbound()
        reply = await outbound.post(f"https://{name}:{receiver.port}/", {}, b"{}")
        await outbound.close()
        assert (reply.status, receiver.got) == (None, [])
        assert reply.message == "The name resolves to an address that is not on the public internet."


async def test_a_name_is_resolved_once_and_only_checked_addresses_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that says something public first, then something inside, reaches nobody inside."""
    looked_up, called = [], []
    loop = asyncio.get_running_loop()

    async def lookup(host: str, port: int, **_: Any) -> Any:
        looked_up.append(host)
        address = "93.184.215.14" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    class Inner:
        async def connect_tcp(self, host: str, *_: Any) -> None:
            called.append(host)
            raise OSError("nobody there")

    monkeypatch.setattr(loop, "getaddrinfo", lookup)
    monkeypatch.setattr("httpcore.AnyIOBackend", Inner)
    reply = await Outbound().post("https://two-faced.example/", {}, b"{}")
    assert (reply.status, looked_up, called) == (None, ["two-faced.example"], ["93.184.215.14"])


async def test_a_name_with_one_private_address_is_not_called_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lookup(host: str, port: int, **_: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    reply = await Outbound().post("https://both.example/", {}, b"{}")
    assert reply.message == "The name resolves to an address that is not on the public internet."


async def test_a_redirect_is_not_followed() -> None:
    async with receiving() as receiver, receiving() as inside:
        receiver.location, receiver.statuses = inside.url, [307]
        outbound = Outbound(private=True)
        reply = await outbound.post(receiver.url, {}, b"{}")
        await outbound.close()
        assert (reply.status, reply.accepted, inside.got) == (307, False, [])


@pytest.mark.parametrize(("status", "message"), [(0, "ReadError|RemoteProtocolError"), (None, "No answer within")])
async def test_a_receiver_that_hangs_up_or_never_answers_is_a_failed_post(status: int | None, message: str) -> None:
    async with receiving() as receiver:
        receiver.statuses = [status]
        outbound = Outbound(private=True, seconds=0.3)
        reply = await outbound.post(receiver.url, {}, b"{}")
        await outbound.close()
        assert reply.status is None
        assert any(part in (reply.message or "") for part in message.split("|")), reply.message
