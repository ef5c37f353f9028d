"""What people see: the public page, the customer portal and the desk."""
