"""Who may talk to the page: its own host and pages alone, over real sockets, and only so many tabs for so long."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from experiments.app import guard
from experiments.app.guard import MOST_TABS, Guard, served_names
from tests.served_page import served
from tests.tree import CONFIGS

HERE = ({"localhost", "127.0.0.1", "::1"}, False)


@contextmanager
def host_and_port(**surroundings: str) -> Iterator[tuple[str, int]]:
    """Host and port of the page of `winset app`, which runs meanwhile."""
    with served(str(CONFIGS / "tiny.yaml"), **surroundings) as address:
        parts = urlsplit(address)
        assert parts.hostname is not None
        assert parts.port is not None
        yield parts.hostname, parts.port


@pytest.fixture(scope="module")
def page() -> Iterator[tuple[str, int]]:
    with host_and_port() as address:
        yield address


def asked(page: tuple[str, int], path: str = "/", method: str = "GET", **headers: str) -> tuple[int, str]:
    """Status and text of the answer to a request with these headers."""
    connection = http.client.HTTPConnection(*page, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def connected(page: tuple[str, int], origin: str | None, host: str | None = None) -> ClientConnection:
    """Open a socket to a kernel of its own, as the page does."""
    uri = f"ws://{host or f'{page[0]}:{page[1]}'}/jupyter/api/kernels/{uuid4()}/channels?session_id={uuid4()}"
    there = socket.create_connection(page, timeout=30)
    try:
        return connect(uri, sock=there, origin=None if origin is None else Origin(origin), open_timeout=30, proxy=None)
    except InvalidStatus:
        there.close()
        raise


def kernels(page: tuple[str, int]) -> int:
    """Tabs that the server keeps."""
    status, text = asked(page, "/resourcez")
    assert status == 200
    return int(json.loads(text)["kernels"]["total"])


def waited(page: tuple[str, int], wanted: int, seconds: float) -> int:
    """Tabs that are kept once they are as many as wanted, or when the time is over."""
    end = time.monotonic() + seconds
    while (count := kernels(page)) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    return count


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_the_page_answers_to_this_machine_s_own_names(page: tuple[str, int], host: str) -> None:
    status, text = asked(page, Host=f"{host}:{page[1]}")
    assert status == 200
    assert "solara" in text
    with connected(page, f"http://{host.lower()}:{page[1]}", f"{host.lower()}:{page[1]}") as opened:
        assert opened.response is not None
        assert opened.response.status_code == 101


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "10.0.0.1", ""]
)
def test_another_host_is_refused(page: tuple[str, int], host: str) -> None:
    """The name of another site that was given this machine's address: DNS rebinding."""
    named = host.format(port=page[1])
    status, text = asked(page, Host=named)
    assert status == 400
    assert "127.0.0.1, ::1, localhost" in text
    if named:
        with pytest.raises(InvalidStatus) as refused:
            connected(page, f"http://{named}", named)
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "http://evil.example:{port}",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://localhost:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "file://",
        "ftp://127.0.0.1:{port}",
    ],
)
def test_a_socket_of_another_page_is_refused(page: tuple[str, int], origin: str | None) -> None:
    """Another site, another port of this machine, a file; no page reaches what a person at the table sees."""
    before = kernels(page)
    with pytest.raises(InvalidStatus) as refused:
        connected(page, None if origin is None else origin.format(port=page[1]))
    assert refused.value.response.status_code == 403
    assert kernels(page) == before


def test_a_request_of_another_page_is_refused(page: tuple[str, int]) -> None:
    closing = f"/_solara/api/close/{uuid4()}?session_id={uuid4()}"
    here = f"http://127.0.0.1:{page[1]}"
    assert asked(page, closing, "POST", Origin="http://evil.example")[0] == 403
    assert asked(page, "/", Origin="http://evil.example")[0] == 403
    assert asked(page, closing, "POST", Origin=here)[0] == 200


def test_no_other_site_may_frame_the_page(page: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*page, timeout=30)
    connection.request("GET", "/")
    assert connection.getresponse().getheader("content-security-policy") == "frame-ancestors 'self'"
    connection.close()


def test_tabs_that_were_left_make_room_for_new_ones(page: tuple[str, int]) -> None:
    """Nobody waits here for the time after which a tab is dropped."""
    for _ in range(MOST_TABS + 5):
        with connected(page, f"http://127.0.0.1:{page[1]}"):
            pass
    assert waited(page, MOST_TABS, 10.0) == MOST_TABS


def test_a_tab_whose_connection_is_lost_is_dropped_after_its_time() -> None:
    with host_and_port(SOLARA_KERNEL_CULL_TIMEOUT="1s") as page:
        here = f"http://127.0.0.1:{page[1]}"
        with connected(page, here):
            with ExitStack() as left:
                for _ in range(5):
                    left.enter_context(connected(page, here))
                assert waited(page, 6, 30.0) == 6
            assert waited(page, 1, 30.0) == 1
        assert waited(page, 0, 30.0) == 0


def test_a_tab_is_kept_for_minutes_and_not_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    from solara.server import settings

    from experiments.app import server

    monkeypatch.delenv("SOLARA_KERNEL_CULL_TIMEOUT", raising=False)
    monkeypatch.setattr(settings.kernel, "cull_timeout", "24h")
    monkeypatch.setenv("SOLARA_APP", "")
    server._server("127.0.0.1", "127.0.0.1")
    assert settings.kernel.cull_timeout == "10m"


class _Tabs:
    """An application that keeps its sockets open until it is set free."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.free = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        await self.free.wait()


def _socket(kernel: str) -> dict[str, Any]:
    headers = [(b"host", b"localhost:1"), (b"origin", b"http://localhost:1")]
    return {"type": "websocket", "path": f"/jupyter/api/kernels/{kernel}/channels", "headers": headers}


def test_one_tab_more_than_there_may_be_open_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two fit; a second socket of a tab that is open needs no room; one that is let go leaves its room to another."""
    from solara.server import kernel_context

    monkeypatch.setattr(guard, "MOST_TABS", 2)
    monkeypatch.setattr(kernel_context, "contexts", {})

    async def played() -> tuple[list[str], list[Any]]:
        tabs, sent = _Tabs(), []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("nobody reads here")

        watch = Guard(tabs, {"localhost"})
        opened = [asyncio.create_task(watch(_socket(name), receive, send)) for name in ("a", "b", "a", "c")]
        await asyncio.sleep(0.05)
        tabs.free.set()
        await asyncio.gather(*opened)
        await watch(_socket("d"), receive, send)
        return tabs.paths, sent

    paths, sent = asyncio.run(played())
    assert [path.split("/")[4] for path in paths] == ["a", "b", "a", "d"]
    assert [message["type"] for message in sent] == ["websocket.close"]


@pytest.mark.parametrize(
    ("host", "address", "wanted", "any_address"),
    [
        ("127.0.0.1", "127.0.0.1", *HERE),
        ("localhost", "127.0.0.1", *HERE),
        ("::1", "::1", *HERE),
        ("127.0.0.2", "127.0.0.2", HERE[0] | {"127.0.0.2"}, False),
        ("0.0.0.0", "0.0.0.0", HERE[0] | {"desk", "desk.office.example"}, True),  # noqa: S104 - no socket
        ("::", "::", HERE[0] | {"desk", "desk.office.example"}, True),
        ("192.0.2.7", "192.0.2.7", {"192.0.2.7", "desk", "desk.office.example"}, False),
        ("Box.example", "192.0.2.7", {"box.example", "192.0.2.7", "desk", "desk.office.example"}, False),
        ("fe80::1%eth0", "fe80::1%eth0", {"fe80::1%eth0", "fe80::1", "desk", "desk.office.example"}, False),
    ],
)
def test_what_is_served_follows_from_the_host_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, host: str, address: str, wanted: set[str], any_address: bool
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Desk")
    monkeypatch.setattr("socket.getfqdn", lambda: "desk.office.example")
    assert served_names(host, address) == (frozenset(wanted), any_address)


@pytest.mark.parametrize(
    ("host", "status"),
    [("192.0.2.9:8765", 200), ("[2001:db8::5]:8765", 200), ("desk:8765", 200), ("evil.example:8765", 400),
     ("192.0.2.9:x", 400), ("user@desk:8765", 400), ("desk/x", 400)],
)  # fmt: skip
def test_a_page_for_the_network_answers_to_numeric_addresses_and_its_own_name(host: str, status: int) -> None:
    """A site can give its name any address, but no browser takes a number for a name."""
    watch = Guard(_Tabs, {"desk"}, any_address=True)  # type: ignore[arg-type]  # nothing is handed on
    assert watch.complaint({"type": "http", "headers": [(b"host", host.encode())]})[0] == status


def test_two_hosts_or_two_origins_are_refused() -> None:
    watch = Guard(_Tabs, {"localhost"})  # type: ignore[arg-type]  # nothing is handed on
    host, origin = (b"host", b"localhost:1"), (b"origin", b"http://localhost:1")
    assert watch.complaint({"type": "websocket", "headers": [host, origin]})[0] == 200
    assert watch.complaint({"type": "websocket", "headers": [host, host, origin]})[0] == 400
    assert watch.complaint({"type": "websocket", "headers": [host, origin, origin]})[0] == 403
    assert watch.complaint({"type": "http", "headers": []})[0] == 400
