"""From YAML to a frozen config: reading, checking, and what it says in words."""
