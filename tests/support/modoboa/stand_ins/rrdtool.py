"""Stands in for a package that draws figures of a mail log; there is none here."""
