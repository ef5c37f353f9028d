"""What a signed-in customer sees: urls, views, forms and templates."""
