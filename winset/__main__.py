"""The command ``winset``, also as ``python -m winset``."""

from __future__ import annotations

import sys

from winset.shadowed import refuse_shadows


def main() -> None:
    """Run the command line, or say in one line what stands in its way."""
    try:
        refuse_shadows()
    except ImportError as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(2) from None
    from experiments.cli import main as command

    command()


if __name__ == "__main__":
    main()
