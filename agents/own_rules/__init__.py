"""Rules of the user's own: how their functions are read, checked and compiled."""
