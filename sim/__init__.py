"""The world of the negotiation and its rules: pure functions and the Mesa model."""

PART_OF = "winset"
