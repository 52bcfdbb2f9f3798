"""The stress lab: where a bargaining tactic breaks, what replies best to it, and which choice is robust."""
