"""The way in for AI agents: MCP, on stdio. It knows neither LSP nor terminals."""
