"""Tables of answers for other programs, with a dictionary of what every column holds."""
