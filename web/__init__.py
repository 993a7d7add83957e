"""How the API is reached: HTTP, sockets, event streams, keys, rates, probes, the explorer's page.

What an operation answers is the business of schema/ and resolvers/.
"""
