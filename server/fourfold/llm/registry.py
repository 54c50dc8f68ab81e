"""Which integration a run's model means."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

from fourfold.llm.catalog import ModelCatalog, answers_texts, default_model
from fourfold.llm.consented import ConsentedIntegration
from fourfold.llm.embedded import NAME as EMBEDDED
from fourfold.llm.embedded import EmbeddedIntegration
from fourfold.llm.embedded_files import LABEL
from fourfold.llm.endpoints import Endpoint, normalize_endpoint
from fourfold.llm.integration import HasKey, LLMIntegration, ModelError, ResolvedModel
from fourfold.llm.local_servers import LOCAL, split_local
from fourfold.llm.manners import KnownManners
from fourfold.llm.openai_compatible import EndpointClient, OpenAICompatibleIntegration
from fourfold.llm.retirements import ending, ends_on
from fourfold.llm.stored_keys import OPENAI, StoredKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fourfold.llm.configuration import ModelConfiguration, NamedModel
    from fourfold.llm.consent import EndpointConsents
    from fourfold.llm.stored_keys import AskKey
    from fourfold.user.consent import AskUser


ModelSource = Literal["config", "environment", "editor", "embedded", "plugin", "local"]
"""Where a model comes from; `editor`: from a key that the editor stores; `local`: from a server of
models that runs on this machine."""


LOCAL_SECONDS = 2.0
"""How long a server on this machine may take to list its models."""


@dataclass(frozen=True, slots=True)
class AvailableModel:
    """A model that can be named.

    `endpoint` is the host that gets the requests and `url` its address; `installed` is None where
    there is nothing to install. `ends_on` is the day on which it is retired, as far as that is
    known.
    """

    name: str
    id: str
    endpoint: str | None
    source: ModelSource
    installed: bool | None = None
    url: str | None = None
    ends_on: date | None = None


class Available(NamedTuple):
    """The models that can be named, and the one that runs use that name none: None where one has to
    be named."""

    models: list[AvailableModel]
    default: str | None


class LLMIntegrationRegistry:
    """Finds the integration and id for a model's name; builds each integration once, on demand.

    `on_answer` is called where what `warning` says is another thing now, since a model has answered
    that its endpoint does not list.
    """

    def __init__(
        self,
        configuration: ModelConfiguration,
        consents: EndpointConsents,
        *,
        embedded: EmbeddedIntegration | None = None,
        ask_key: AskKey | None = None,
        on_answer: Callable[[], None] = lambda: None,
    ) -> None:
        self._configuration = configuration
        self._keys = StoredKeys(configuration, ask_key)
        self._consents = consents
        self._known = KnownManners(consents.path.parent)
        self._catalog = ModelCatalog(consents.path.parent, on_answer)
        self._embedded = embedded or EmbeddedIntegration(
            not_installed=self._ways_out(), idle_timeout=configuration.idle_timeout
        )
        self._clients: dict[Endpoint, EndpointClient] = {}
        self._integrations: dict[tuple[str, Endpoint], OpenAICompatibleIntegration] = {}
        self._plugins: dict[tuple[str, Callable[[], LLMIntegration]], LLMIntegration] = {}
        self._factories: dict[str, Callable[[], LLMIntegration]] = {}

    def register(self, name: str, factory: Callable[[], LLMIntegration]) -> None:
        """Add an integration: the model `name/ID` is its model ID. Built with its first use."""
        self._factories[name] = factory

    async def resolve(
        self,
        *,
        requested: str | None = None,
        preferred: str | None = None,
        endpoint: str | None = None,
        ask: AskUser | None = None,
        online: bool = True,
    ) -> ResolvedModel:
        """Where a run goes: `requested` is the command's model, `preferred` the files' choice.
        Where nobody chooses, an endpoint is asked what it lists, unless `online` is false.

        In this order: a configured name, the embedded model, a registered integration, a server on
        this machine (`local/…`), the `endpoint` that a workspace file asks for (with the key it is
        configured with, or without one and after consent, for which each call asks), the
        integration `openai`, the embedded model.
        """
        settings = self._configuration
        name = requested or preferred
        if name is not None and name in settings.named:
            return await self._named(settings.named[name])
        if name is not None and name in settings.broken:
            raise ModelError(settings.broken[name])
        if name in (EMBEDDED, LABEL):
            return self._embedded_model()
        if name is not None and (plugin := self._plugin(name)) is not None:
            return plugin
        if name is not None and (local := self._local(name)) is not None:
            return local
        if endpoint is not None:
            return await self._at(normalize_endpoint(endpoint), name, ask, online)
        if (openai := await self._keys.openai()) is not None:
            return await self._openai(openai, name, online)
        if OPENAI in settings.broken:
            raise ModelError(settings.broken[OPENAI])
        if requested is not None:
            known = ", ".join(model.name for model in self.models())
            raise ModelError(
                f"There is no model {requested} here: choose one of {known}, or set OPENAI_API_KEY"
                f" or add [models.{requested}] to {settings.config_path}."
            )
        return self._embedded_model()

    def models(self) -> list[AvailableModel]:
        """All models that have a name here, the default first, as far as is known without asking
        anybody."""
        settings = self._configuration
        available = [
            AvailableModel(LABEL, LABEL, None, "embedded", self._embedded.is_installed),
            *(
                AvailableModel(
                    model.name,
                    model.id,
                    model.endpoint.host,
                    "config",
                    url=model.endpoint.url,
                    ends_on=_ends_on(model.id, model.endpoint),
                )
                for model in settings.named.values()
            ),
            *(AvailableModel(f"{name}/…", name, None, "plugin") for name in self._registered()),
        ]
        if settings.openai is not None:
            available[:0] = self._default_of(settings.openai, "environment")
        return available

    async def available(self) -> Available:
        """As `models`, with what the keys that the editor stores make possible, and the default
        that the endpoint's list makes."""
        openai = await self._keys.openai()
        if openai is not None and self._configuration.openai_model is None:
            await self._catalog.of(self._client(openai))
        models = await asyncio.to_thread(self.models)
        if self._configuration.openai is None and openai is not None:
            models[:0] = self._default_of(openai, "editor")
        default = models[0]
        chosen = openai is None or default.url == openai.url
        return Available(models, default.name if chosen else None)

    async def offered(self) -> list[AvailableModel]:
        """What can be named besides `models`: all that the endpoint of the integration `openai`
        lists, and what servers on this machine do. Each is asked, and none for long."""
        openai = await self._keys.openai()
        local = self._configuration.local
        names = [self._listed(openai)] if openai is not None else []
        names += [self._running(endpoint) for endpoint in local.values()]
        listed = await asyncio.gather(*names)
        found = []
        if openai is not None:
            stored = self._configuration.openai is None
            source: ModelSource = "editor" if stored else "environment"
            found = [
                AvailableModel(
                    name, name, openai.host, source, None, openai.url, _ends_on(name, openai)
                )
                for name in listed.pop(0)
            ]
        for (server, endpoint), models in zip(local.items(), listed, strict=True):
            found += [
                AvailableModel(f"{LOCAL}/{server}/{name}", name, endpoint.host, "local")
                for name in models
            ]
        return found

    async def _listed(self, endpoint: Endpoint) -> list[str]:
        listed = await self._catalog.of(self._client(endpoint)) or ()
        return sorted(name for name in listed if answers_texts(name))

    async def _running(self, endpoint: Endpoint) -> list[str]:
        """What a server lists that may not run: it comes and goes, so that nothing is kept."""
        with suppress(ModelError, TimeoutError):
            async with asyncio.timeout(LOCAL_SECONDS):
                listed = await self._client(endpoint).list_models()
                return sorted(name for name in listed if answers_texts(name))
        return []

    def _default_of(self, endpoint: Endpoint, source: ModelSource) -> list[AvailableModel]:
        model = self._configuration.openai_model
        if model is None:
            with suppress(ModelError):  # where only the user can choose, there is no default
                model = default_model(self._catalog.known(endpoint.url), endpoint.host)
        if model is None:
            return []
        return [
            AvailableModel(
                model,
                model,
                endpoint.host,
                source,
                url=endpoint.url,
                ends_on=_ends_on(model, endpoint),
            )
        ]

    def warning(self, name: str, endpoint: str | None = None) -> str | None:
        """What is to be said where a model is named: that it ends soon, or is not listed any more
        by its endpoint, as far as that is known. `endpoint` is the address named beside it."""
        settings = self._configuration
        home = settings.openai
        if name in settings.named:
            name, home = settings.named[name].id, settings.named[name].endpoint
        elif name in (EMBEDDED, LABEL) or name.partition("/")[0] in self._registered():
            return None
        elif endpoint is not None:
            try:
                home = Endpoint(normalize_endpoint(endpoint))
            except ModelError:
                return None
        is_openai = home is None or home.retires_models
        if is_openai and (sentence := ending(name, datetime.now(UTC).date())) is not None:
            return sentence
        if home is None or not self._catalog.lacks(home.url, name):
            return None
        return f"{home.host} does not list {name}: choose one of the models that it has."

    async def warm_up(self) -> None:
        """Do in the background what the first call of the default model would wait for."""
        if self._configuration.openai is not None:
            await self._client(self._configuration.openai).warm_up()
        else:
            await self._embedded.warm_up()

    async def learn_models(self) -> None:
        """Ask in the background which models the default's endpoint has, for `warning`."""
        if self._configuration.openai is not None:
            await self._catalog.of(self._client(self._configuration.openai))

    async def recall_models(self) -> None:
        """Bring back, for `warning`, which models the default's endpoint has listed last."""
        if self._configuration.openai is not None:
            await self._catalog.remembered(self._configuration.openai.url)

    def shared_limit(self, model: ResolvedModel, salt: str) -> str:
        """A name for the endpoint and the key of a model, by which others know that they have the
        same, and nobody the key."""
        key = model.integration.limit_key if isinstance(model.integration, HasKey) else ""
        named = f"{model.endpoint or model.integration.name} {key}".encode()
        return hashlib.blake2b(named, key=salt.encode()[:64], digest_size=16).hexdigest()

    def is_named(self, name: str | None) -> bool:
        """Whether the user's configuration has a model of this name, usable or not."""
        return name in self._configuration.named or name in self._configuration.broken

    @property
    def broken(self) -> Mapping[str, str]:
        """By its name what is wrong with a model of the user's configuration."""
        return self._configuration.broken

    async def close(self) -> None:
        """Close all connections and stop the embedded model."""
        await self._catalog.close()
        built: list[LLMIntegration] = [*self._integrations.values(), *self._plugins.values()]
        for integration in (self._embedded, *built):
            await integration.close()
        for client in self._clients.values():
            await client.close()

    def _embedded_model(self) -> ResolvedModel:
        if not self._embedded.is_installed:
            raise ModelError(self._ways_out())
        return ResolvedModel(self._embedded, LABEL, LABEL)

    def _ways_out(self) -> str:
        return (
            "There is no model to run this on: run `fourfold model install` for the embedded one,"
            " or set OPENAI_API_KEY, or set OPENAI_BASE_URL or add [models.NAME] to"
            f" {self._configuration.config_path}."
        )

    async def _named(self, model: NamedModel) -> ResolvedModel:
        endpoint = await self._keys.fill(model.endpoint, model.name)
        key = (f"models.{model.name}", endpoint)
        integration = self._integrations.get(key)
        if integration is None:
            integration = OpenAICompatibleIntegration(
                model.name,
                self._client(endpoint),
                options=model.options,
                batches=model.batches,
            )
            self._integrations[key] = integration
        url = model.endpoint.url
        return ResolvedModel(integration, model.id, model.name, url, options=model.options)

    async def _openai(self, endpoint: Endpoint, name: str | None, online: bool) -> ResolvedModel:
        model = name or self._configuration.openai_model
        if model is None:
            if online:
                listed = await self._catalog.of(self._client(endpoint))
            else:
                listed = await self._catalog.remembered(endpoint.url)
            model = default_model(listed, endpoint.host)
        return ResolvedModel(self._unnamed(OPENAI, endpoint), model, model, endpoint.url)

    def _unnamed(self, name: str, endpoint: Endpoint) -> OpenAICompatibleIntegration:
        key = (name, endpoint)
        if key not in self._integrations:
            self._integrations[key] = OpenAICompatibleIntegration(name, self._client(endpoint))
        return self._integrations[key]

    async def _at(
        self, url: str, name: str | None, ask: AskUser | None, online: bool
    ) -> ResolvedModel:
        """The model `name` at an address that a workspace file asks for."""
        settings = self._configuration
        if settings.openai is not None and settings.openai.url == url:
            return await self._openai(await self._keys.fill(settings.openai, OPENAI), name, online)
        host = urlsplit(url).netloc
        if name is None:
            raise ModelError(
                f"The prompt names the endpoint {host} but no model: add the model's id to it."
            )
        configured = [model for model in settings.named.values() if model.endpoint.url == url]
        configured.sort(key=lambda model: model.id != name)
        if configured:
            endpoint = await self._keys.fill(configured[0].endpoint, configured[0].name)
            integration: LLMIntegration = self._unnamed(host, endpoint)
        else:
            plain = self._unnamed(host, Endpoint(url))
            integration = ConsentedIntegration(plain, url, self._consents, ask)
        return ResolvedModel(integration, name, f"{name} @ {host}", url)

    def _plugin(self, name: str) -> ResolvedModel | None:
        prefix, _, model = name.partition("/")
        if not model or (factory := self._registered().get(prefix)) is None:
            return None
        key = (prefix, factory)
        if key not in self._plugins:
            try:
                self._plugins[key] = factory()
            except Exception as error:
                raise ModelError(
                    f"The integration {prefix} of a plugin does not start: {error}. Update the "
                    "plugin or choose another model."
                ) from error
        return ResolvedModel(self._plugins[key], model, name)

    def _local(self, name: str) -> ResolvedModel | None:
        server, model = split_local(name) or ("", "")
        endpoint = self._configuration.local.get(server)
        if endpoint is None:
            return None
        return ResolvedModel(
            self._unnamed(f"{LOCAL}/{server}", endpoint), model, name, endpoint.url
        )

    def _registered(self) -> dict[str, Callable[[], LLMIntegration]]:
        """What was registered, here or for the whole process, and what plugins bring."""
        from fourfold.llm.plugins import added_integrations

        return {**added_integrations(), **self._factories}

    def _client(self, endpoint: Endpoint) -> EndpointClient:
        if endpoint not in self._clients:
            self._clients[endpoint] = EndpointClient(
                endpoint,
                idle_timeout=self._configuration.idle_timeout,
                known=self._known,
                answered=partial(self._catalog.answered, endpoint.url),
            )
        return self._clients[endpoint]


def _ends_on(model: str, endpoint: Endpoint) -> date | None:
    return ends_on(model) if endpoint.retires_models else None
