"""The closed vocabularies of writing: what became of each item that was sent, and of what partners contest.

Part of the single source of enums (models/vocabulary.py). What the words lead to is decided in resolvers/.
"""

from models.vocabulary import Vocabulary


class ItemStatus(Vocabulary):
    """What became of one item of a mutation's input."""

    CREATED = "CREATED", "It was new and is written."
    UPDATED = "UPDATED", "It was here already and is changed."
    UNCHANGED = "UNCHANGED", "It was here already, just so; nothing was written."
    REJECTED = "REJECTED", "It is not written; problems say why."


class AuditOutcome(Vocabulary):
    """What became of an administrative act."""

    DONE = "DONE", "It was done."
    REFUSED = "REFUSED", "It was refused: for lack of rights, or because it could not be done."


class ErrorPolicy(Vocabulary):
    """What happens to the other items where some are rejected."""

    REJECT_ALL = "REJECT_ALL", "Nothing is written where any item is rejected."
    REJECT_FAILED = "REJECT_FAILED", "The items that can be written are; the others are rejected."


class DisputeStatus(Vocabulary):
    """Where a dispute stands."""

    OPEN = "OPEN", "Nobody has decided it yet."
    UPHELD = "UPHELD", "It was right: what it disputes was taken back, or is to be corrected."
    REJECTED = "REJECTED", "What it disputes stands."
    WITHDRAWN = "WITHDRAWN", "Who disputed took it back."


class CorrectionStatus(Vocabulary):
    """Where a proposed correction stands."""

    OPEN = "OPEN", "Nobody has decided it yet."
    ACCEPTED = "ACCEPTED", "The record was corrected."
    REJECTED = "REJECTED", "The record stays as it was."
    WITHDRAWN = "WITHDRAWN", "Who proposed it took it back."
