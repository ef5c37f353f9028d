"""Stands in for a package that only reads a header of a proxy."""
