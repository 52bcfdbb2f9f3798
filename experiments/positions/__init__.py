"""What comes of the positions of actors on issues: the mathematics of position-based forecasters, and their input."""
