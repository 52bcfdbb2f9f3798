"""Cases one after the other: what a deal does to those that are still to come, and what the order decides."""
