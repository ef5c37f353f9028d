"""The billing run, invoices, credit notes, payments and their allocation."""
