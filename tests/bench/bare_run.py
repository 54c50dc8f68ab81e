"""One streamed request to a model, with nothing around it: what `fourfold run` is held against."""

from __future__ import annotations

import asyncio

from openai import AsyncOpenAI


async def main() -> None:
    """Prints the answer as it arrives."""
    async with AsyncOpenAI() as client:
        stream = await client.chat.completions.create(
            model="scripted",
            messages=[{"role": "user", "content": "State what has to be true when it works."}],
            stream=True,
            stream_options={"include_usage": True},
        )
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                print(chunk.choices[0].delta.content, end="", flush=True)


asyncio.run(main())
