"""Negotiators of NegMAS as guests at our table, and our case as a scenario of NegMAS (the extra ``negmas``)."""

from experiments.guests.playing import play

__all__ = ["play"]
