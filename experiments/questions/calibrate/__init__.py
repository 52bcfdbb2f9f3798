"""Which parameters the record identifies."""
