"""Bank accounts, statement files as received, statements, entries and who claimed each slice."""
