"""One request on its way to being taken: after each refusal it is put another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.llm.manners import Manners, adjusted, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CHANGES = 6
"""How often a request is put another way: a service that refuses everything is no model."""


class Attempt:
    """How a request to `model` is sent, by what is `known` of the model's manners.

    `parameters` are to be sent, `changes` says in sentences where they are not those `asked` for,
    and `news` which of that was not known. `asks_usage` says whether to ask for token counts,
    which `reports_usage` knows of the endpoint, None until it is seen.
    """

    def __init__(
        self, model: str, asked: Mapping[str, Any], known: Manners, reports_usage: bool | None
    ) -> None:
        self.model = model
        self.asks_usage = reports_usage is not False
        self._may_drop_usage = reports_usage is None
        self._asked = asked
        self._known = known
        self._manners = dict(known)
        self._passing: set[str] = set()
        self._changes_left = MOST_CHANGES
        self._apply()
        self._expected = self.changes

    def _apply(self) -> None:
        self.parameters, self.changes = adjusted(self._asked, self._manners, self.model)

    @property
    def news(self) -> tuple[str, ...]:
        return tuple(one for one in self.changes if one not in self._expected)

    @property
    def learned(self) -> Manners | None:
        """The model's manners as they are known now, None where nothing is new."""
        lasting = {name: new for name, new in self._manners.items() if name not in self._passing}
        return lasting if lasting != self._known else None

    def change(self, body: Any) -> bool:
        """Puts the request as the endpoint wants it, by its refusal's decoded `body`; False where
        there is nothing to be changed."""
        if self._changes_left == 0:
            return False
        self._changes_left -= 1
        refused = refusal(body, self.parameters)
        if refused is None:
            dropped = self.asks_usage and self._may_drop_usage
            self.asks_usage = self.asks_usage and not dropped
            return dropped
        if refused.name in self._asked:
            self._manners[refused.name] = refused.becomes
            if not refused.lasting:
                self._passing.add(refused.name)
        else:
            # Its name here is one that was learned: the endpoint has other manners now, or none.
            forgotten = [name for name, new in self._manners.items() if new == refused.name]
            if not all(name in self._known for name in forgotten):
                return False
            for name in forgotten:
                del self._manners[name]
        self._apply()
        return True
