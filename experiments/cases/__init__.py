"""Cases: what the record knows of a country, as a config of its talks."""
