"""Figures of explorations: each one is a function from tables to a matplotlib figure."""
