"""What a side should do: levers tried against a side that reacts."""
