"""What a customer has and pays per term: products, orders, domains, services, panel accounts."""
