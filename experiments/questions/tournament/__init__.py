"""A tournament of tactics: every player against every player in both seats, on the same worlds."""
