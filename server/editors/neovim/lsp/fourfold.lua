-- The server's configuration, for `vim.lsp.enable('fourfold')`; `vim.lsp.config` adds to it.
local documents = require('fourfold.documents')
local fourfold = require('fourfold')
require('fourfold.commands')
local lenses = require('fourfold.lenses')

return {
  cmd = { 'fourfold', 'serve' },
  filetypes = {
    'prompty',
    'dotprompt',
    'yaml.prompt',
    'markdown',
    'text',
    'jinja',
    'yaml.tests',
    'json.tests',
    'csv.tests',
  },
  root_markers = { 'fourfold.toml', 'prompts', '.git' },
  workspace_required = true,
  capabilities = {
    workspace = { codeLens = { refreshSupport = true }, textDocumentContent = {} },
    experimental = {
      fourfold = {
        events = true,
        picksVersions = true,
        rendersComparisons = true,
        savesSwitches = true,
      },
    },
  },
  handlers = {
    ['fourfold/versionsChanged'] = fourfold.on_versions,
    ['fourfold/runChanged'] = fourfold.on_run,
    ['window/showDocument'] = documents.on_show,
    ['workspace/applyEdit'] = require('fourfold.switching').on_edit,
    ['workspace/textDocumentContent/refresh'] = documents.on_refresh,
    ['workspace/codeLens/refresh'] = lenses.on_refresh,
  },
  on_attach = function(client, bufnr)
    lenses.show(bufnr)
    local argument = { uri = vim.uri_from_bufnr(bufnr) }
    local params = { command = 'fourfold.listVersions', arguments = { argument } }
    client:request('workspace/executeCommand', params, function(err, list)
      return not err and fourfold.on_versions(nil, list) -- an error where it is no prompt
    end)
  end,
}
