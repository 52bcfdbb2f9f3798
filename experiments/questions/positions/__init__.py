"""What comes of positions: forecasters that read only who wants what, how much it matters, and who weighs how much."""
