"""Reports: one HTML file from a finished directory, that opens from disk and asks no other machine for anything."""
