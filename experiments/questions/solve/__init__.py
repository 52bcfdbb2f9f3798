"""The bargaining problem that talks end with: win-sets, frontier and solution points, with the deal beside them."""
