"""The same worlds at every point of one or two axes, and how the settlement follows an opening."""
