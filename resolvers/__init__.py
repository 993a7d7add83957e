"""How questions are answered: from a GraphQL selection to one SQL statement, without Strawberry.

The way of a read is in docs/architecture.md; resolvers/reads.py is where it begins.
"""
