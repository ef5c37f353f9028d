"""Stands in for a package that shows how far an import is; nothing is imported here."""
