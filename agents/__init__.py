"""The four kinds of agent, and the tactics by which the governments concede."""

PART_OF = "winset"
