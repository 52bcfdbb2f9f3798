"""Digest of a config as plain data: what a config is told apart by, in files and between processes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def config_digest(resolved: Mapping[str, Any]) -> str:
    """BLAKE2b digest of a resolved config as canonical JSON, in hexadecimal."""
    text = json.dumps(resolved, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
