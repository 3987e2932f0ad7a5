"""What schemathesis looks for beside its own checks, named to it by SCHEMATHESIS_HOOKS."""

from __future__ import annotations

import schemathesis


@schemathesis.check
def told_well(ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """A reply shows nothing of the program's inside."""
    text = response.content.decode("utf-8", "replace")
    assert "Traceback (most recent" not in text and "object at 0x" not in text and "site-packages" not in text, text
