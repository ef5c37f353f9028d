"""Who we serve and who serves them: customers, contacts, sign-in, employees, holds."""
