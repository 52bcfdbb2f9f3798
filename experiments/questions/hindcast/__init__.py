"""Forecasts of known talks from what was known on each date, scored beside baselines."""
