"""What programs see: the reports of a telephone exchange."""
