"""Rules on and off in every combination, on the same draws."""
