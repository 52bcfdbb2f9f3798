"""Where a bargaining tactic breaks."""
