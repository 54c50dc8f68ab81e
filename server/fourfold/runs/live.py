"""A run that is going on: what has arrived of its response, and how it stands."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.llm.integration import ChatRequest, Delta, ModelError, News, Sent, Took, Usage
from fourfold.runs.outcome import CUT_OFF
from fourfold.runs.outputs import processed
from fourfold.runs.queueing import taken_over
from fourfold.text.same import whole_characters
from fourfold.user.secret import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.errors import FourfoldError
    from fourfold.llm.integration import Finish
    from fourfold.runs.clock import Clock
    from fourfold.runs.request import Price, RunRequest
    from fourfold.store.records import Run, RunStatus


MOST_CHARACTERS = 8 * 1024 * 1024
"""How much of a response is kept: ten times what the models of today can answer at most, and little
enough that it can be held, stored and shown. A model that goes on after it will go on for ever."""

_SHORT = 20_000
"""Responses with fewer characters, of which any text will do, are not worth a thread."""


class LiveRun:
    """Collects one response. A token costs an append; all else is worked out when asked for."""

    def __init__(
        self, request: RunRequest, run: Run, clock: Clock, on_news: Callable[[str], None]
    ) -> None:
        self.request = request
        self.cancelling = False
        self.settled = asyncio.Event()
        """Set once the ended run has been stored, or storing it has failed for the first time."""
        self.earlier: Run | None = None
        """The run of another process whose response this one takes over."""
        self.told_length = 0
        self.kept_length = 0
        self._run = run
        self._clock = clock
        self._on_news = on_news
        self._arrived: list[str] = []
        self._text = ""
        self._sent: Sent | None = None
        self._usage: Usage | None = None
        self._finish: Finish | None = None
        self._took: Took | None = None
        self._truncated = False
        self._begun = 0.0
        self._first: float | None = None
        self._answered: float | None = None
        self._output = ""
        self._value: str | None = None

    @property
    def ended(self) -> bool:
        return self._run.finished

    @property
    def first_token_s(self) -> float | None:
        """After how many seconds the first token came."""
        return None if self._first is None else self._first - self._begun

    def text(self) -> str:
        """The response so far."""
        if self._arrived:
            self._text += "".join(self._arrived)
            self._arrived.clear()
        return self._text

    def run(self) -> Run:
        """The run as it stands, with the response so far."""
        if self.ended:
            return self._run
        return replace(
            self._run,
            response=fit_to_keep(self.text()),
            first_token_ms=self._since_begun(self._first),
        )

    def begin(self) -> None:
        """The run has its turn, or its request goes out only now."""
        self._begun = self._clock.seconds()
        self._run = replace(self._run, status="running", started=self._clock.now())

    async def read(self) -> None:
        """Asks the model and collects the response until it ends, fails or is cancelled.

        The run begins when its request goes out: what we do before is none of the model's time.
        """
        model = self.request.model
        asked = ChatRequest(
            model.model, self.request.messages, self.request.parameters, self.request.repeat
        )
        stream = model.integration.stream(asked)
        arrived = self._arrived.append
        room = MOST_CHARACTERS
        # Closing the stream closes the connection, however reading it ends.
        async with aclosing(stream):
            async for event in stream:
                if isinstance(event, Delta):
                    if self._first is None:
                        self._first = self._clock.seconds()
                    arrived(event.text)
                    room -= len(event.text)
                    if room < 0:
                        self._cut()
                elif isinstance(event, Sent):
                    self._sent = event
                    self.begin()
                elif isinstance(event, News):
                    for sentence in event.sentences:
                        self._on_news(sentence)
                elif isinstance(event, Usage):
                    self._usage = event
                elif isinstance(event, Took):
                    self._took = event
                else:
                    self._finish = event
                    self._truncated = event.reason in ("length", "content_filter")
        self._answered = self._clock.seconds()

    def _cut(self) -> None:
        self._text = self.text()[:MOST_CHARACTERS]
        self._truncated = True
        raise ModelError(
            f"{self.request.model.label} went on without end, so the response was cut off at"
            f" {MOST_CHARACTERS:,} characters: change the prompt, or set maxOutputTokens.",
            "misfit",
        )

    async def process(self) -> None:
        """Takes the whole response in; raises FourfoldError where it is not what was asked for."""
        if self._truncated and self.request.rule:
            # What is half there may fit all the same, and be taken for whole by the next step.
            raise ModelError(f"The response was {CUT_OFF} in the prompt's options.", "misfit")
        response = fit_to_keep(self.text())
        if not self.request.rule and len(response) < _SHORT:
            self._output, self._value = processed(response, self.request.accept)
        else:
            self._output, self._value = await asyncio.to_thread(
                processed, response, self.request.accept
            )

    def end(self, status: RunStatus, error: FourfoldError | None, price: Price) -> Run:
        """The ended run, with whatever arrived of its response."""
        if self.earlier is not None and status == "succeeded":
            self._run = taken_over(self._run, self.earlier, self._clock.now())
            return self._run
        usage = self._usage
        known = usage is not None and (usage.input_tokens, usage.output_tokens) != (None, None)
        self._run = replace(
            self.run(),
            status=status,
            error=None if error is None else without_secrets(str(error)),
            error_kind="cancelled" if status == "cancelled" else error.kind if error else None,
            finish_reason=self._finish.reason if self._finish else None,
            truncated=self._truncated,
            parameters=self._sent.parameters if self._sent else self._run.parameters,
            adjustments=self._sent.adjustments if self._sent else (),
            duration_ms=self._since_begun(self._answered or self._clock.seconds())
            if self._run.started
            else None,
            output=self._output,
            value=self._value,
            input_tokens=usage.input_tokens if usage else None,
            output_tokens=usage.output_tokens if usage else None,
            cost_usd=price(self.request.model, usage.input_tokens, usage.output_tokens)
            if usage and known
            else None,
        )
        if (took := self._took) is not None:
            self._run = replace(
                self._run,
                first_token_ms=took.first_token_ms,
                duration_ms=took.duration_ms,
                author=took.by,
            )
        return self._run

    def _since_begun(self, moment: float | None) -> float | None:
        return None if moment is None else round((moment - self._begun) * 1000, 1)


def fit_to_keep(text: str) -> str:
    """`text` without keys of the user's, and without the halves of characters into which a stream
    may cut them."""
    return without_secrets(whole_characters(text))
