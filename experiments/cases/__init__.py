"""Cases: what the record knows of a country, as a config of its talks, and what tables of imports say of its trade."""
