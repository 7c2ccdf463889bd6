"""How GraphQL runs here. Nothing in this package knows what an order is."""
