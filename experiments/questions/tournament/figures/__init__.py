"""Pictures of a tournament: gains, ranks, times and basins."""
