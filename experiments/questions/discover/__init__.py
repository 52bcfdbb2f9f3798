"""In which box of the world talks fail."""
