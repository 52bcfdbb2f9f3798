"""Serving the page: one process, bound to one address, nothing asked of any other host."""

from __future__ import annotations

import os
import socket
import threading
import time
import warnings
import webbrowser
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING, Final

from experiments.app.configs import set_page_configs
from experiments.app.guard import Guard, served_names
from experiments.errors import RunError, check_number

if TYPE_CHECKING:
    import uvicorn

    from experiments.app.configs import PageConfigs

PORTS: Final = (0, 65535)
_PAGE: Final = "experiments.app.pages"
#: Distributions of the extra; solara-assets holds what the page would otherwise ask another host for.
_NEEDED: Final = ("solara", "solara-assets", "altair", "ipyvue", "ipyvuetify")
#: Seconds that open pages are given when the server ends.
_GRACE: Final = 1
#: How long a tab is kept whose connection is lost, so that it may come back; solara keeps it for a day.
_CULLED_AFTER: Final = "10m"
#: The setting of solara that says so.
_CULL_SETTING: Final = "SOLARA_KERNEL_CULL_TIMEOUT"


def bound(host: str, port: int) -> socket.socket:
    """Take an address before anything is loaded.

    Raises
    ------
    experiments.errors.RunError
        When there is no such address or somebody else has it.
    """
    check_number("--port", port, *PORTS)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        taken = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # the latter for a name that is none
        why = (error.strerror if isinstance(error, OSError) else "") or error
        raise RunError(f"--host {host}: {why}; take for example 127.0.0.1.") from None
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(128)  # so that a second server on this port is refused now
    except OSError as error:
        taken.close()
        why = error.strerror or str(error)
        raise RunError(
            f"{host}:{port} cannot be taken: {why}. Name another port with --port, or 0 for a free one."
        ) from None
    return taken


def address(taken: socket.socket) -> str:
    """Where the page is found."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def need_extra() -> None:
    """Say what to install where the page's libraries are missing.

    Raises
    ------
    experiments.errors.RunError
        When one of them is.
    """
    missing = [name for name in _NEEDED if not _is_installed(name)]
    if missing:
        raise RunError(f"the page needs {', '.join(missing)}; install it with: pip install 'winset[app]'")


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def warm_up(configs: PageConfigs) -> None:
    """Load the first config, play one round and draw it, so that the first step on the page waits for nothing."""
    from experiments.app.models import WatchedTalks
    from experiments.app.plane import plane_html

    config = configs.config(configs.first)
    talks = WatchedTalks(config=config, base_seed=str(configs.seed_of(configs.first)))
    talks.step()
    if talks.snapshots:
        plane_html(talks.snapshots, None, "light")


def serve(configs: PageConfigs, taken: socket.socket, host: str, *, opened: bool, ready: Callable[[str], None]) -> None:
    """Serve the page until interrupted.

    Parameters
    ----------
    configs : PageConfigs
        What can be picked.
    taken : socket
        Bound to the address of the page; closed at the end.
    host : str
        What the user calls that address.
    opened : bool
        Whether to open the page in the browser.
    ready : callable
        Called with the address once the page answers.
    """
    set_page_configs(configs)
    server = _server(host, taken.getsockname()[0])

    def announce() -> None:
        while not server.started:
            if server.should_exit:
                return
            time.sleep(0.02)
        ready(address(taken))
        if opened:
            webbrowser.open(address(taken))

    threading.Thread(target=announce, name="winset-announce", daemon=True).start()
    try:
        server.run(sockets=[taken])
    except KeyboardInterrupt:
        pass
    finally:
        server.should_exit = True
        taken.close()


def _server(host: str, address: str) -> uvicorn.Server:
    # Read by solara when it is imported: the page, and that it reports to nobody.
    os.environ["SOLARA_APP"] = _PAGE
    names, any_address = served_names(host, address)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from solara.server import settings

        settings.main.mode = "production"
        settings.telemetry.mixpanel_enable = False
        settings.kernel.cull_timeout = os.environ.get(_CULL_SETTING, _CULLED_AFTER)
        # Its variant "auto" leaves out the element that the page is mounted in; the toggle offers dark.
        settings.theme.variant = settings.ThemeVariant.light
        settings.theme.title = "winset"
        settings.theme.show_banner = False
        import solara.server.starlette
    import uvicorn

    # Of its cookie, which lives on this machine alone.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    return uvicorn.Server(
        uvicorn.Config(
            Guard(solara.server.starlette.app, names, any_address=any_address),
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=_GRACE,
        )
    )
