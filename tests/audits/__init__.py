"""The audit suite of GraphQL over HTTP: installing it, running it, saying what is missing."""
