"""One negotiation told: round by round, its end, and the central case."""
