"""Manifest of a directory in which an answer made up by a test is kept."""

from __future__ import annotations

from experiments.config.model import Config
from experiments.store.directory import Directory
from experiments.store.manifest import Manifest, Request, read_manifest


def kept_manifest(folder: str, config: Config) -> Manifest:
    """Keep nothing but a manifest in a folder, and read it."""
    with Directory.open(folder, Request("grid", config, 1, {})) as directory:
        directory.finish()
    return read_manifest(folder)
