"""The page on which negotiations are watched, set side by side and played by a person: ``winset app``."""
