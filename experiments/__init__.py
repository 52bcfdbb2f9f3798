"""How negotiations are configured, run, recorded, measured and shown."""

PART_OF = "winset"
