"""What a change of a config does to the results, by runs side by side."""
