"""Which models the user has configured: the environment's `openai`, and `[models.NAME]`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from fourfold.llm.batches.service import BatchFormat
from fourfold.llm.endpoints import OPENAI_ENDPOINT, Endpoint, normalize_endpoint
from fourfold.llm.integration import ModelError
from fourfold.llm.local_servers import local_servers
from fourfold.llm.openai_compatible import IDLE_TIMEOUT
from fourfold.user.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class NamedModel:
    """One `[models.NAME]`: the model `id` at `endpoint`, with default `options` (neutral names);
    `batches` says whose batch service it has, where that is not its address that tells."""

    name: str
    id: str
    endpoint: Endpoint
    options: Mapping[str, Any] = field(default_factory=dict)
    batches: BatchFormat | None = None


@dataclass(frozen=True, slots=True)
class ModelConfiguration:
    """The user's own models, never a workspace's.

    `openai` is None where neither OPENAI_API_KEY nor OPENAI_BASE_URL is set; `openai_model` is
    OPENAI_MODEL, if that is set. `broken` has, by name, what is wrong with an entry that
    cannot be used; using it says so, and everything else goes on working. `local` are the servers
    that may run on this machine, by their names. `config_path` is the
    user's config.toml, for messages. `idle_timeout`, in seconds, bounds an endpoint's silences.
    """

    config_path: Path
    openai: Endpoint | None = None
    openai_model: str | None = None
    named: Mapping[str, NamedModel] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    local: Mapping[str, Endpoint] = field(default_factory=dict)
    idle_timeout: float = IDLE_TIMEOUT

    @classmethod
    def build(
        cls,
        models: Mapping[str, Any],
        environment: Mapping[str, str],
        config_path: Path,
        *,
        idle_timeout: float = IDLE_TIMEOUT,
    ) -> ModelConfiguration:
        """From the `models` table of config.toml and the environment, both as plain values."""
        broken: dict[str, str] = {}
        openai: Endpoint | None = None
        try:
            openai = _openai(environment)
        except ModelError as error:
            broken["openai"] = f"OPENAI_BASE_URL: {error}"
        named: dict[str, NamedModel] = {}
        for name, entry in models.items():
            try:
                named[name] = _named(name, entry, environment, openai)
            except ModelError as error:
                broken[name] = f"[models.{name}] in {config_path}: {error}"
        return cls(
            config_path=config_path,
            openai=openai,
            openai_model=environment.get("OPENAI_MODEL", "").strip() or None,
            named=named,
            broken=broken,
            local=local_servers(environment),
            idle_timeout=idle_timeout,
        )


def _openai(environment: Mapping[str, str]) -> Endpoint | None:
    key = _secret("OPENAI_API_KEY", environment)
    url = environment.get("OPENAI_BASE_URL", "").strip()
    if key is None and not url:
        return None
    return Endpoint(normalize_endpoint(url or OPENAI_ENDPOINT), key, "OPENAI_API_KEY")


def _named(
    name: str, entry: Any, environment: Mapping[str, str], openai: Endpoint | None
) -> NamedModel:
    if not isinstance(entry, dict):
        raise ModelError('write it as a table with `endpoint = "https://…"`.')
    for field_name, kind in (("endpoint", str), ("id", str), ("keyEnv", str), ("options", dict)):
        if field_name in entry and not isinstance(entry[field_name], kind):
            wanted = "a table" if kind is dict else "a text"
            raise ModelError(f"`{field_name}` must be {wanted}.")
    if not entry.get("endpoint"):
        raise ModelError(f'`endpoint` is missing: add `endpoint = "{OPENAI_ENDPOINT}"`, say.')
    url = normalize_endpoint(entry["endpoint"])
    key_env = entry.get("keyEnv")
    if key_env is not None:
        endpoint = Endpoint(url, _secret(key_env, environment), key_env)
    elif openai is not None and openai.url == url:
        endpoint = openai
    else:
        endpoint = Endpoint(url)
    batches = entry.get("batches")
    if batches not in (None, *get_args(BatchFormat)):
        raise ModelError('`batches` must be "openai" or "anthropic".')
    return NamedModel(name, entry.get("id") or name, endpoint, entry.get("options") or {}, batches)


def _secret(variable: str, environment: Mapping[str, str]) -> Secret | None:
    value = environment.get(variable, "").strip()
    return Secret(value) if value else None
