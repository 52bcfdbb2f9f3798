"""The command ``app``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import CONFIG_HELP, SeedOption, SetOption, TacticsOption, errors_as_messages, say


def app(
    config: Annotated[
        Path | None,
        typer.Argument(metavar="CONFIG", help=f"{CONFIG_HELP} (Default: july_2025.)", show_default=False),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; others than loopback are open to the network.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(metavar="N", help="Port to listen on; 0 takes a free one.")] = 8765,
    sets: SetOption = None,
    seed: SeedOption = None,
    tactics: TacticsOption = None,
    opened: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
) -> None:
    """Watch negotiations in the browser, set two side by side, or take a seat and bargain.

    Example: winset app july_2025
    """
    with errors_as_messages(tactics):
        from experiments.app.configs import pickable_configs
        from experiments.app.server import bound, need_extra, serve, warm_up
        from experiments.errors import SEEDS, check_number
        from experiments.progress import COMPILING
        from sim.compiled import is_cold

        need_extra()
        if seed is not None:
            check_number("--seed", seed, *SEEDS)
        configs = pickable_configs(config, sets or (), seed)
        configs.config(configs.first)
        taken = bound(host, port)
        try:
            if is_cold():
                say(COMPILING)
            warm_up(configs)
            serve(configs, taken, host, opened=opened, ready=lambda url: say(f"winset is at {url} (end with Ctrl-C)"))
        except KeyboardInterrupt:
            pass
        finally:
            taken.close()
