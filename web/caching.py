"""How long answers to a GET may be kept by others, and whether a client already has the one it asks for.

Only an answer without errors to a caller without a credential may be kept; everything else is no-store
(web/requests.py). Source of the rules: RFC 9110 (validators, conditional requests) and RFC 9111 (caching).
Nothing is kept here: a request whose answer has not changed runs all the same, and saves only its bytes.
"""

import hashlib
import re

from web.caller import Caller
from web.execution import Outcome

_TAGS = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')


def is_public(method: str, outcome: Outcome, caller: Caller) -> bool:
    """Whether anybody who asks the same gets this answer, for a while."""
    is_read = method in {"GET", "HEAD"} and caller.viewer.key_prefix is None
    return is_read and outcome.status == 200 and "errors" not in outcome.payload


def freshness(tag: str, seconds: int) -> dict[str, str]:
    """The headers of an answer that may be kept; once it is old it must be asked for again.

    must-revalidate because what a person hides must not come back from a cache that cannot reach us.
    """
    return {"Cache-Control": f"public, max-age={seconds}, must-revalidate", "ETag": tag}


def entity_tag(media_type: str, body: bytes, coding: str | None) -> str:
    """A strong entity tag: another one for each body (before compression), media type and coding."""
    digest = hashlib.blake2b(media_type.encode() + b"\n" + body, digest_size=16).hexdigest()
    return f'"{digest}-gzip"' if coding == "gzip" else f'"{digest}"'


def is_held(tag: str, if_none_match: str | None) -> bool:
    """Whether an If-None-Match header names the tag or any (RFC 9110, section 13.1.2: compared weakly)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in _TAGS.findall(if_none_match)
