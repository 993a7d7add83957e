"""Clients of others, as a frontend or a partner has them: operations, settings, programs, and a server.

The tests are tests/test_clients_*.py. What is generated of the operations lies in folders of the tests' own.
"""
