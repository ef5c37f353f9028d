"""What the employees work in: urls, views, forms and templates."""
