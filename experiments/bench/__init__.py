"""The benchmark: how fast the engines are, how they start, what memory they take, and NegMAS on the same talks."""
