"""Geometry of bargaining problems: frontiers, solution points, win-sets and alternating offers."""
