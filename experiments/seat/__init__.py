"""A person at the table: talks that wait for somebody's decision, in the terminal, on the page or from a program."""
