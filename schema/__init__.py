"""The GraphQL schema: its types, inputs and root fields. `schema.graphql` is its printed form, the contract."""
