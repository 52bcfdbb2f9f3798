"""What the grid of levels does to the results."""
