"""The closed vocabularies of webhooks (models/webhook.py)."""

from models.vocabulary import Vocabulary


class WebhookStatus(Vocabulary):
    """Whether changes are delivered to a webhook."""

    ENABLED = "ENABLED", "Changes are delivered."
    DISABLED = "DISABLED", "Nothing is delivered; `disabledReason` says why. What it missed waits for it."


class DeliveryStatus(Vocabulary):
    """How a delivery stands."""

    PENDING = "PENDING", "It waits for its first or next attempt."
    DELIVERED = "DELIVERED", "The receiver answered with a status of 200 to 299."
    FAILED = "FAILED", "It was given up; replayWebhook sends it again."
