from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from fourfold.llm import embedded_files
from fourfold.llm.embedded import EmbeddedIntegration

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def embedded_folder() -> Path:
    folder = embedded_files.find()
    if folder is None:
        pytest.skip("the embedded model is not installed: run `fourfold model install`")
    return folder


@pytest_asyncio.fixture
async def embedded(embedded_folder: Path) -> AsyncIterator[EmbeddedIntegration]:
    model = EmbeddedIntegration(find=lambda: embedded_folder)
    yield model
    await model.close()
