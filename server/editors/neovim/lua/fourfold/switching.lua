-- Another version in the buffer of a prompt: saved at once, which makes it current.
local M = {}

--- `workspace/applyEdit`.
function M.on_edit(err, params, context)
  local answer = vim.lsp.handlers['workspace/applyEdit'](err, params, context)
  if params.label == 'Fourfold: change version' then
    local uris = vim.tbl_keys(params.edit.changes or {})
    for _, change in ipairs(params.edit.documentChanges or {}) do
      table.insert(uris, change.textDocument.uri)
    end
    for _, bufnr in ipairs(vim.tbl_map(vim.uri_to_bufnr, uris)) do
      vim.schedule(function() M.save(bufnr) end) -- after the answer
    end
  end
  return answer
end

--- Writes the buffer if it has changes.
function M.save(bufnr)
  vim.api.nvim_buf_call(bufnr, function() vim.cmd.update({ mods = { silent = true } }) end)
end

return M
