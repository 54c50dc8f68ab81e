-- Asking the server.
local M = {}

--- The client of a prompt, or of a document: the current buffer, or `bufnr`.
function M.client(bufnr)
  local id = vim.b[bufnr or 0].fourfold_client
  return id and vim.lsp.get_client_by_id(id)
    or vim.lsp.get_clients({ bufnr = bufnr or 0, name = 'fourfold' })[1]
end

--- Sends a request. An error is shown to the user, and `on_result` is then not called.
function M.request(client, method, params, on_result)
  client:request(method, params, function(err, result)
    if err then
      vim.notify('Fourfold: ' .. err.message, vim.log.levels.ERROR)
    elseif on_result then
      on_result(result, client.id)
    end
  end)
end

--- Executes a command, such as `undo`, about the prompt that the current buffer is or belongs to.
function M.execute(name, fields, on_result)
  local client = M.client()
  if not client then
    return vim.notify('This is no prompt that Fourfold serves.', vim.log.levels.WARN)
  end
  local argument = vim.tbl_extend('keep', { uri = vim.uri_from_bufnr(0) }, fields or {})
  local params = { command = 'fourfold.' .. name, arguments = { argument } }
  M.request(client, 'workspace/executeCommand', params, on_result)
end

return M
