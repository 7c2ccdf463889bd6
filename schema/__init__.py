"""Showing: the GraphQL schema. `schema.graphql` beside this file is its printed form, the contract."""
