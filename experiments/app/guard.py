"""Who may talk to the page: requests for its own address and from its own pages, and only so many tabs at a time.

A page is open to everything that runs in the user's browser. A page of another site can send requests and open sockets
to any port of this machine (a socket knows no same-origin rule), or give its own name this machine's address. So every
request must name a host that the command serves, and a socket, or a request that a page says it sends, must come from
that same host and port.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any, Final
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Names and addresses of this machine to itself.
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

#: Most tabs that are kept, open ones and those whose connection is lost.
MOST_TABS: Final = 50

_KERNELS: Final = "/jupyter/api/kernels/"
#: No other site may show the page inside its own, where a click could be led astray.
_NO_FRAMES: Final = (b"content-security-policy", b"frame-ancestors 'self'")


class Guard:
    """ASGI application that hands on to another one what comes from where the page is served.

    Parameters
    ----------
    app : callable
        The page's application.
    names : collection of str
        Hosts that a request may name, without port.
    any_address : bool
        Whether it may also name any numeric address: no site can make a browser call itself by another's.
    """

    def __init__(self, app: App, names: Collection[str], *, any_address: bool = False) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names)
        self._any_address = any_address
        self._open: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        status, why = self.complaint(scope)
        if why:
            await _refuse(scope, send, status, why)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        else:
            await self._app(scope, receive, _without_frames(send))

    def complaint(self, scope: Scope) -> tuple[int, str]:
        """Status and reason with which a request is refused; an empty reason lets it pass."""
        hosts, origins = _headers(scope, b"host"), _headers(scope, b"origin")
        if len(hosts) != 1 or not self._serves(hosts[0]):
            known = ", ".join(sorted(self._names)) + (" or this machine's numeric address" if self._any_address else "")
            return 400, f"This page is not served under that host; open it as {known}."
        if len(origins) > 1 or any(not _is_same(origin, hosts[0]) for origin in origins):
            return 403, "Pages of other addresses may not use this one."
        if not origins and scope["type"] == "websocket":
            return 403, "A connection must say from which page it comes."
        return 200, ""

    def _serves(self, host: str) -> bool:
        name = _name(host)
        return name in self._names or (self._any_address and _is_numeric(name))

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        kernel = _kernel_of(scope["path"])
        if not await self._has_room(kernel):
            await _refuse(scope, send, 503, "Too many tabs are open.")
            return
        self._open[kernel] = self._open.get(kernel, 0) + 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[kernel] -= 1
            if not self._open[kernel]:
                del self._open[kernel]

    async def _has_room(self, kernel: str) -> bool:
        """Whether one more tab fits, after the one that was left first has made room where none was left."""
        from solara.server.kernel_context import contexts

        while kernel not in contexts.keys() | self._open.keys():
            if len(contexts.keys() | self._open.keys()) < MOST_TABS:
                break
            left = next((context for name, context in list(contexts.items()) if name not in self._open), None)
            if left is None:
                return False
            await asyncio.to_thread(left.close, "cull")
        return True


def served_names(host: str, address: str) -> tuple[frozenset[str], bool]:
    """Hosts under which a page is reached that was asked to listen on `host` and listens on `address`.

    The second value says that it listens on every address of the machine, whose own are as good as any.
    """
    listening = ipaddress.ip_address(address.partition("%")[0])
    names = {_name(f"[{host}]" if ":" in host else host), str(listening)}
    if listening.is_loopback:
        return frozenset(names | LOOPBACK), False
    names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
    if listening.is_unspecified:
        return frozenset((names - {str(listening)}) | LOOPBACK), True
    return frozenset(names), False


def _headers(scope: Scope, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == wanted]


def _name(host: str) -> str:
    """Host of ``host:port`` in small letters; empty where it is none."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    plain = not (parts.username or parts.password or parts.path or parts.query or parts.fragment)
    return (parts.hostname or "") if plain else ""


def _is_numeric(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_same(origin: str, host: str) -> bool:
    """Whether an origin is that of the page itself; also behind a tunnel that moves the port or adds encryption."""
    scheme, separator, rest = origin.lower().partition("://")
    return bool(separator) and scheme in ("http", "https") and rest == host.lower()


def _kernel_of(path: str) -> str:
    return path.partition(_KERNELS)[2].partition("/")[0]


def _without_frames(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), _NO_FRAMES]
        await send(message)

    return sending


async def _refuse(scope: Scope, send: Send, status: int, why: str) -> None:
    # Before it is accepted, a socket that is closed is answered with 403.
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    text = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": text})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})
