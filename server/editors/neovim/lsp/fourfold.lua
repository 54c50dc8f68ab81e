-- The server's configuration, for `vim.lsp.enable('fourfold')`; `vim.lsp.config` adds to it.
local documents = require('fourfold.documents')
local fourfold = require('fourfold')
require('fourfold.commands')
local timer = assert(vim.uv.new_timer())

--- Later, since Neovim drops a refresh while another one is being answered.
local function refresh_lenses()
  timer:start(100, 0, vim.schedule_wrap(function() vim.lsp.codelens.refresh() end))
end

return {
  cmd = { 'fourfold', 'serve' },
  filetypes = {
    'prompty', 'dotprompt', 'yaml.prompt', 'markdown', 'text', 'jinja',
    'yaml.tests', 'json.tests', 'csv.tests',
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
    ['workspace/codeLens/refresh'] = function()
      refresh_lenses()
      return vim.NIL
    end,
  },
  on_attach = function(client, bufnr)
    vim.lsp.codelens.refresh({ bufnr = bufnr })
    vim.api.nvim_create_autocmd({ 'TextChanged', 'InsertLeave' }, {
      buffer = bufnr,
      callback = refresh_lenses,
    })
    local argument = { uri = vim.uri_from_bufnr(bufnr) }
    local params = { command = 'fourfold.listVersions', arguments = { argument } }
    client:request('workspace/executeCommand', params, function(err, list)
      return not err and fourfold.on_versions(nil, list) -- an error where it is no prompt
    end)
  end,
}
