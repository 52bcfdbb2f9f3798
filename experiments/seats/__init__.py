"""Who else may sit down: a person in the terminal, on the page or from a program, and guests from NegMAS."""
