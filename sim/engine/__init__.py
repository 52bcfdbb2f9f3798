"""Plays the rules and owns none: the Mesa model, the compiled kernel, and what both write down."""
