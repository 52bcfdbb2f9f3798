"""Intervals, resampling and random orders."""
