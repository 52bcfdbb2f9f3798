"""The two accounts of every payoff, and how a payoff falls into money, politics and beliefs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self

from experiments.questions.value.plain import in_plain_economics

if TYPE_CHECKING:
    from experiments.questions.value.priced_world import PricedWorld
    from sim.records import Floats

#: Payoffs as governments count them in the talks, and the same rules in plain economics.
Account = Literal["political", "plain"]
ACCOUNTS: Final[tuple[Account, ...]] = ("political", "plain")

#: What each account is called.
ACCOUNT_LABELS: Final[dict[str, str]] = {"political": "political payoff", "plain": "plain economics"}


@dataclass(frozen=True, slots=True)
class Books:
    """A world in both accounts.

    Attributes
    ----------
    political, plain : PricedWorld
        The world as it is, and in plain economics.
    """

    political: PricedWorld
    plain: PricedWorld

    @classmethod
    def of(cls, situation: PricedWorld) -> Self:
        """Both accounts of a world."""
        return cls(situation, in_plain_economics(situation))

    def __getitem__(self, account: str) -> PricedWorld:
        return self.political if account == "political" else self.plain

    def worth(self, package: Floats) -> dict[str, Floats]:
        """Payoffs of both governments, shape [2], by account."""
        return {account: self[account].worth(package) for account in ACCOUNTS}
