"""The rules of the table: what a side may sign, what it tables, when it accepts, and how talks end."""
