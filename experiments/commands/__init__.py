"""Commands of ``winset``, one module a family: each reads its options and leaves the work to another module."""
