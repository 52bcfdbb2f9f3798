"""Figures of negotiations and runs: each file is one function from tables to a matplotlib figure."""
