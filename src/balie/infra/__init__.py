"""Django plumbing that every app stands on: clock, outbox, jobs, audit trail, sequences, halt."""
