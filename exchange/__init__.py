"""What comes and goes in bulk: foreign shapes become records, records become rows or a file.

Readers (`ror`, `hipo`, `ndjson`) are pure: they yield what `record` defines and touch no database. Not
their business: finding, creating and relating the rows, which is the importer's.
"""
