-- What the server tells by itself: the versions of each prompt, and the runs that go on.
local M = { lists = {}, running = {} }

function M.on_versions(_, list)
  M.lists[vim.uri_to_fname(list.uri)] = list
  vim.cmd.redrawstatus({ bang = true })
end

function M.on_run(_, run)
  local going_on = run.status == 'queued' or run.status == 'running'
  M.running[run.step] = M.running[run.step] or {}
  M.running[run.step][run.id] = going_on or nil
  vim.cmd.redrawstatus({ bang = true })
end

--- What a statusline shows of the current buffer, or of `bufnr`: `v3 · 4 versions`.
function M.statusline(bufnr)
  local list = M.lists[vim.api.nvim_buf_get_name(bufnr or 0)]
  if not list then return '' end
  local count, running = #list.versions, vim.tbl_count(M.running[list.step] or {})
  local text = ('v%d · %d version%s'):format(list.current, count, count == 1 and '' or 's')
  return running == 0 and text or ('%s · %d running'):format(text, running)
end

return M
