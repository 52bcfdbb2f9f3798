"""Every number once: its default, unit, range, source and confidence."""
