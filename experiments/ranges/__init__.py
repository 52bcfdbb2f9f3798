"""Ranges of numbers in files of other tools, and the config that they make."""
