"""Definitions, folds and contracts: pure, without I/O, clock or environment."""
