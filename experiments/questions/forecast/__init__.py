"""Whether talks with a country end in a deal by two dates, and at which rates: variants beside baselines."""
