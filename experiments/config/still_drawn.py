"""Configs from which something was taken away: what ties numbers together forgets those that are no longer drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.config.distributions import Choice
from experiments.config.load import config_from
from experiments.config.numbers import numbers

if TYPE_CHECKING:
    from experiments.config.model import Config


def without_missing(tree: dict[str, Any], name: str) -> Config:
    """Config of a resolved tree, without the correlations and the paths of a posterior whose numbers are gone.

    Parameters
    ----------
    tree : dict
        Plain data of a config. A number that it fixes counts as gone, too.
    name : str
        What the config is called in messages.
    """
    pairs, posterior = tree.get("correlations") or [], tree.get("posterior")
    if not pairs and posterior is None:
        return config_from(tree, name)
    alone = {key: value for key, value in tree.items() if key not in ("correlations", "posterior")}
    there = {entry.path: entry.number for entry in numbers(config_from(alone, name))}
    sampled = {path for path, number in there.items() if number.is_sampled}
    tied = {**alone, "correlations": [pair for pair in pairs if sampled.issuperset(pair["between"])]}
    if posterior is not None:
        choices = {path for path, number in there.items() if isinstance(number, Choice)}
        # A value of a past event stands where that of the start stood, which may be calibrated as well.
        paths = [path for path in dict.fromkeys(posterior["paths"]) if path in choices]
        if paths:
            tied["posterior"] = {
                **posterior,
                "paths": paths,
                "identified": [path for path in posterior.get("identified", ()) if path in paths],
                "fixed_before": [
                    text for text in posterior.get("fixed_before", ()) if text.partition(" at ")[0] in paths
                ],
            }
    return config_from(tied, name)
