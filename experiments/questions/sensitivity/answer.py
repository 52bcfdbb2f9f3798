"""The answer of a sensitivity analysis in plain sentences, made from its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from experiments.lab.inputs import DUMMY
from experiments.lab.known_inputs import support_words
from experiments.lab.left_out import varied_words
from experiments.lab.outputs import DEAL, is_counted
from experiments.labels import capitalised, counted, fixed, listed, number, percent, quantity
from experiments.questions.sensitivity.effects import (
    METHOD_NAMES,
    PAWN,
    SOBOL,
    TOP,
    above_noise,
    main_key,
    main_method,
    methods_of,
    verdict_of,
    wide,
)
from experiments.report.blocks import Answer, KeyNumber
from experiments.report.key_numbers import key_number
from experiments.statistics.ties import best_places

if TYPE_CHECKING:
    import pandas as pd

    from experiments.lab.known_inputs import KnownInput
    from experiments.questions.sensitivity.findings import Findings

#: Inputs that the answer names.
_NAMED: Final = 3


def is_share(output: str, unit: str) -> bool:
    """Whether an output is shown in per cent: how often something happens, or a share or rate of its own."""
    return is_counted(output) or unit in ("share", "rate")


def amount(value: float, output: str, unit: str) -> str:
    """Write the mean of an output."""
    return percent(value) if is_share(output, unit) else quantity(value, unit)


def clear_words(result: Findings) -> str:
    """Say how many of the inputs that were varied stand above the noise; only the first five are tested."""
    inputs, deciding = result.inputs, result.deciding()
    total = len([name for name in inputs if inputs[name].support])
    clear = len([name for name in deciding if inputs[name].support])
    more = " (the first five by that method are compared)" if len(deciding) == TOP else ""
    stand = f"{clear} {'stands' if clear == 1 else 'stand'} above the noise"
    method = METHOD_NAMES[main_method(result.effects, result.target)]
    return f"Of {counted(total, 'varied input')}, {stand} of {method}{more}."


def answer(result: Findings) -> Answer:
    """Say which inputs decide and how surely, whether the methods agree, and which inputs are only assumed."""
    varied = varied_words(result.config, result.tactics)
    if not result.target:
        return _nothing(result, varied)
    own = result.deciding()[:_NAMED]
    put_in = result.put_in.get(result.target, "")
    first, *then = _decided(result, own)
    support = support_words(own, result.inputs)
    more = " ".join(part for part in (_level(result), put_in, *then, *_confirmed(result), support) if part)
    bound = (
        put_in or support or "Put in: the ranges over which the inputs are varied; other ranges can decide otherwise."
    )
    return Answer(first, tuple(_numbers(result, own)), _certainty(result), bound, (more, varied))


def _certainty(result: Findings) -> str:
    method = METHOD_NAMES[main_method(result.effects, result.target)]
    return f"95 %: bootstrap of {method}. Deciding is what stands above the noise of a dummy that changes nothing."


def _numbers(result: Findings, own: Sequence[str]) -> Iterator[KeyNumber]:
    """Where the outcome stands on average, how much the first inputs decide, and how much is noise."""
    method = main_method(result.effects, result.target)
    frame, key = wide(result.effects, result.target), main_key(method)
    clear = above_noise(result.effects, result.target, method)
    what = {SOBOL: "Share of the variance", PAWN: "Distance"}.get(method, "Effect of a step")
    # The total effect of a dummy is no yardstick: what is noise for Sobol is its first effect.
    if not own:
        # Nothing is above the noise; those that come nearest say how far.
        own = [str(name) for name in frame[key].drop(DUMMY, errors="ignore").nlargest(_NAMED).index]
    named = [*own, DUMMY] if DUMMY in frame.index and method != SOBOL else own
    for name in named:
        value, low, high = (float(frame[f"{key}{end}"][name]) for end in ("", "_low", "_high"))
        unit = "share" if method == SOBOL else ""
        words = "a dummy, which is noise" if name == DUMMY else result.inputs[name].meaning or name
        faint = "" if name == DUMMY or name in clear else "not above the noise"
        yield key_number(f"{what}: {words}", value, unit, (low, high), note=faint)
    row = _output(result, result.target)
    if row is not None:
        label = "Talks that end in a deal" if result.target == DEAL else capitalised(_label(result))
        yield KeyNumber(f"{label}, on average", amount(float(row["mean"]), result.target, str(row["unit"])),
                        note=f"over {counted(int(row['points']), 'sampled world')}")  # fmt: skip


def _nothing(result: Findings, varied: str) -> Answer:
    row = _output(result, DEAL)
    ends = "" if row is None else f": {percent(float(row['mean']))} of them end in a deal"
    deals = () if row is None else (key_number("Talks that end in a deal", float(row["mean"]), "share"),)
    played = KeyNumber("Negotiations that were played", f"{result.negotiations:,}")
    return Answer(
        f"Nothing varies over {counted(result.negotiations, 'negotiation')}{ends}, whatever the inputs.",
        (*deals, played),
        "What never varies has no interval.",
        "Put in: the ranges of the inputs. Wider ones may decide something.",
        (f"Within the ranges that were asked for, no input decides anything. {varied}",),
    )


def _level(result: Findings) -> str:
    deal, row = _output(result, DEAL), _output(result, result.target)
    if result.target == DEAL and deal is not None:
        points = counted(int(deal["points"]), "sampled world")
        return f"Talks end in a deal in {percent(float(deal['mean']))} of {points}."
    share = 0.0 if deal is None else float(deal["mean"])
    ends = "always end in a deal" if share > 0.5 else "never end in a deal"
    mean = "" if row is None else amount(float(row["mean"]), result.target, str(row["unit"]))
    return f"Talks {ends}, whatever the inputs; so this is about {_label(result)}, {mean} on average."


def _decided(result: Findings, own: Sequence[str]) -> Iterator[str]:
    inputs, method = result.inputs, main_method(result.effects, result.target)
    if not own:
        yield (
            f"No input stands out from the noise of the method ({METHOD_NAMES[method]}): this many negotiations do not "
            f"tell what decides {_label(result)}."
        )
        return
    frame, key = wide(result.effects, result.target), main_key(method)
    alike = [own[place] for place in best_places(frame.loc[list(own), key].to_numpy(float))]
    first, others = alike[0], [name for name in own if name not in alike]
    if len(alike) == 1:
        words = f"What most decides {_label(result)} is {inputs[first].the}"
    else:
        named = listed([inputs[name].the for name in alike])
        words = f"What most decide {_label(result)} are, alike, {named}; of the first"
    yield f"{words}: {_effect(frame.loc[[first]].iloc[0], key, method)}."
    if others:
        then = (f"{inputs[name].words}, {_value(frame.loc[[name]].iloc[0], key, method)}" for name in others)
        yield f"Then follow: {'; '.join(then)}."


def _label(result: Findings) -> str:
    if result.target == DEAL:
        return "the end (deal or no deal)"
    label = result.subject(result.target)
    return label if is_counted(result.target) else f"the {label}"


def _effect(row: pd.Series, key: str, method: str) -> str:
    value, low, high = (float(row[f"{key}{end}"]) for end in ("", "_low", "_high"))
    if method == SOBOL:
        share, *ends = (fixed(100 * one, 0) for one in (value, low, high))
        interval = f"95 % interval: {' to '.join(ends)} %"
        return f"alone and with the others it accounts for {share} % of the variance ({interval})"
    what = "its mean distance" if method == PAWN else "the mean effect of a step over its range"
    return f"{what} is {number(value)} (95 % interval: {number(low)} to {number(high)})"


def _value(row: pd.Series, key: str, method: str) -> str:
    value, low, high = (float(row[f"{key}{end}"]) for end in ("", "_low", "_high"))
    if method == SOBOL:
        return f"{fixed(100 * value, 0)} % ({fixed(100 * low, 0)} to {fixed(100 * high, 0)} %)"
    return f"{number(value)} ({number(low)} to {number(high)})"


def _confirmed(result: Findings) -> Iterator[str]:
    """Whether the methods name the same inputs, by the pair that agrees least; noise is not compared."""
    main, *others = methods_of(result.effects, result.target)
    clear = {method: above_noise(result.effects, result.target, method) for method in (main, *others)}
    if not clear[main]:
        found = {method: clear[method][:_NAMED] for method in others if clear[method]}
        yield _found_by(found, result.inputs)
        return
    if not others:
        yield "Only one method applies here, so nothing confirms it."
        return
    silent = [METHOD_NAMES[method] for method in others if not clear[method]]
    if silent:
        find = "finds" if len(silent) == 1 else "find"
        yield f"{listed(silent)} {find} nothing above the noise, which does not confirm it."
    rows = _agreeing(result)
    if not rows:
        return
    verdict = verdict_of(min(int(row["shared_top"]) for row in rows))
    if len(rows) == 1:
        one, other = (METHOD_NAMES[str(rows[0][which])] for which in ("first", "second"))
        yield f"{one} and {other} {verdict}: they share {int(rows[0]['shared_top'])} of the first {TOP} inputs."
        return
    pairs = listed(
        [
            f"{METHOD_NAMES[str(row['first'])]} and {METHOD_NAMES[str(row['second'])]} share {int(row['shared_top'])}"
            for row in rows
        ]
    )
    yield f"The three methods {verdict}: of the first {TOP} inputs, {pairs}."


def _found_by(clear: Mapping[str, list[str]], inputs: Mapping[str, KnownInput]) -> str:
    """Say what stands out by which method where it does by none that comes first; empty where nothing does."""
    alone = " alone" if len(clear) == 1 else ""
    parts = []
    for method, names in clear.items():
        named = listed([inputs[name].the for name in names])
        parts.append(f"by {METHOD_NAMES[method]}{alone}, {named} {'stands' if len(names) == 1 else 'stand'} out")
    return f"{capitalised('; '.join(parts))}." if parts else ""


def _agreeing(result: Findings) -> list[dict[str, Any]]:
    """Rows of the agreement on the target whose methods can be compared: an order of nothing but noise says nothing."""
    rows = result.agreement[result.agreement["output"] == result.target].to_dict("records")
    return [
        {str(key): value for key, value in row.items()}
        for row in rows
        if all(above_noise(result.effects, result.target, str(row[which])) for which in ("first", "second"))
    ]


def _output(result: Findings, name: str) -> pd.Series | None:
    found = result.outputs[result.outputs["output"] == name]
    return found.iloc[0] if len(found) else None
