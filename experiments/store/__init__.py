"""Where results are kept: places, directories, manifests, tables and their digests."""
