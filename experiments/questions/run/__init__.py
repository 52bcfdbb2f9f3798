"""Many negotiations of one config."""
