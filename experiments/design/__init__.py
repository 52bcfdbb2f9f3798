"""From a config to a design table, the records that rules read, and the draws of the talks."""
