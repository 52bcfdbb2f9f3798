"""Exploring a config: sweeps of its values, sensitivity to its uncertain inputs, and boxes in which talks fail."""
