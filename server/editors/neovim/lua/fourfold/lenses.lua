-- Lenses, which Neovim 0.12 keeps up to date by itself and 0.11 shows when it is told to.
local M = {}

if vim.lsp.codelens.enable then
  function M.show(bufnr) vim.lsp.codelens.enable(true, { bufnr = bufnr }) end

  return M
end

local timer = assert(vim.uv.new_timer())
local followed = {}

--- Later, since Neovim drops a refresh while another one is being answered.
local function refresh()
  timer:start(100, 0, vim.schedule_wrap(function() vim.lsp.codelens.refresh() end))
end

--- `workspace/codeLens/refresh`.
function M.on_refresh()
  refresh()
  return vim.NIL
end

--- Shows them, and shows them again whenever a line changes, in whatever way: 0.11 drops those of
--- a line that does.
function M.show(bufnr)
  vim.lsp.codelens.refresh({ bufnr = bufnr })
  followed[bufnr] = followed[bufnr]
    or vim.api.nvim_buf_attach(bufnr, false, {
      on_lines = refresh,
      on_reload = refresh,
      on_detach = function(_, detached) followed[detached] = nil end,
    })
end

return M
