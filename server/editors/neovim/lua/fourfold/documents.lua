-- Fourfold's documents as read-only buffers, which follow a response as it streams in.
local server = require('fourfold.server')
local M = {}

local function fill(bufnr, text)
  local last = vim.api.nvim_buf_line_count(bufnr)
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(text:gsub('\n$', ''), '\n'))
  vim.bo[bufnr].modifiable = false
  for _, window in ipairs(vim.fn.win_findbuf(bufnr)) do
    if last > 1 and vim.api.nvim_win_get_cursor(window)[1] == last then -- reading along
      vim.api.nvim_win_set_cursor(window, { vim.api.nvim_buf_line_count(bufnr), 0 })
    end
  end
end

local function read(bufnr)
  local client, uri = server.client(bufnr), vim.api.nvim_buf_get_name(bufnr)
  if client then
    server.request(client, 'workspace/textDocumentContent', { uri = uri }, function(result)
      if vim.api.nvim_buf_is_loaded(bufnr) then fill(bufnr, result.text) end
    end)
  end
end

--- The buffer of a document.
function M.buffer(uri, client_id)
  local bufnr = vim.fn.bufadd(uri)
  vim.b[bufnr].fourfold_client = client_id
  vim.bo[bufnr].buftype = 'nofile'
  vim.fn.bufload(bufnr)
  vim.bo[bufnr].filetype = vim.filetype.match({ filename = uri }) or 'markdown'
  read(bufnr)
  return bufnr
end

--- Shows a document beside the prompt, in the window of another one if there is one.
function M.show(uri, client_id)
  local bufnr = M.buffer(uri, client_id)
  local window = vim.iter(vim.api.nvim_tabpage_list_wins(0)):find(
    function(shown)
      return vim.b[vim.api.nvim_win_get_buf(shown)].fourfold_client and not vim.wo[shown].diff
    end
  )
  window = window or vim.api.nvim_open_win(bufnr, false, { split = 'right' })
  vim.api.nvim_win_set_buf(window, bufnr)
  vim.wo[window].linebreak = true
end

--- `window/showDocument`: one of Fourfold's, or a page for the browser.
function M.on_show(_, params, context)
  if params.external then return { success = vim.ui.open(params.uri) ~= nil } end
  M.show(params.uri, context.client_id)
  return { success = true }
end

--- `workspace/textDocumentContent/refresh`.
function M.on_refresh(_, params)
  read(vim.fn.bufadd(params.uri))
  return vim.NIL
end

return M
