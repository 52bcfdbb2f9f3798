"""Compiled rules on disk: under which digest they are kept, in a folder that can be trusted, and until when."""
