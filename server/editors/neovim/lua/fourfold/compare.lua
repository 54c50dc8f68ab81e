-- Comparisons: all answers with their figures, and pairs of windows in diff mode.
local documents = require('fourfold.documents')
local server = require('fourfold.server')
local M = {}

local function ask(versions, on_comparison)
  server.execute('compareVersions', { versions = versions }, on_comparison)
end

--- All answers of `versions` beside the prompt, with the figures; they follow what streams in.
function M.document(versions)
  ask(versions, function(comparison, client) documents.show(comparison.uri, client) end)
end

--- Compares `versions`, without them those that the server offers: the figures and all answers in a
--- tab, then prompts and responses side by side, each pair in a tab.
function M.windows(versions)
  ask(versions, function(comparison, client)
    vim.cmd(('tab sbuffer %d'):format(documents.buffer(comparison.uri, client)))
    local first = vim.api.nvim_get_current_tabpage()
    for _, pair in vim.iter(comparison.pairs):rev():enumerate() do -- responses come last
      for index, uri in ipairs({ pair.left, pair.right }) do
        local how = index == 1 and 'tab sbuffer' or 'rightbelow vertical sbuffer'
        vim.cmd(('%s %d'):format(how, documents.buffer(uri, client)))
        vim.cmd.diffthis()
        vim.wo.winbar = pair.title:gsub('%%', '%%%%')
      end
    end
    vim.api.nvim_set_current_tabpage(first)
  end)
end

return M
