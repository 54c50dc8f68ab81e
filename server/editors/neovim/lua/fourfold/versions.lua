-- Picking a version; a window beside shows meanwhile what each would change.
local server = require('fourfold.server')

local function title(version)
  local created = vim.fn.strptime('%Y-%m-%dT%H:%M:%S%z', version.created:sub(1, 19) .. '+0000')
  local lines = ('+%d −%d'):format(version.linesAdded, version.linesRemoved)
  return ('%s · %s · %s'):format(version.label, vim.fn.strftime('%d %b %H:%M', created), lines)
end

--- What each version would change in the text of the buffer, line by line.
local function changes(versions, texts)
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n'
  local lines = {}
  for _, version in ipairs(versions) do
    local diff = vim.diff(text, texts[version.number], { ctxlen = 1 })
    vim.list_extend(lines, vim.split(version.label .. ' would change\n' .. diff, '\n'))
  end
  return lines
end

local function choose(versions, texts, on_pick)
  local preview = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(preview, 0, -1, false, changes(versions, texts))
  vim.bo[preview].filetype, vim.bo[preview].bufhidden = 'diff', 'wipe'
  local window = vim.api.nvim_open_win(preview, false, { split = 'right', style = 'minimal' })
  vim.cmd.redraw()
  local options = { prompt = 'Make current:', format_item = title, kind = 'fourfold_version' }
  vim.ui.select(versions, options, function(version)
    pcall(vim.api.nvim_win_close, window, true)
    if version then on_pick(version.number) end
  end)
end

--- Calls `on_pick` with the number of the version, other than the current one, that is chosen.
return function(on_pick)
  local client = server.client()
  server.execute('listVersions', {}, function(list)
    local versions = vim.tbl_filter(function(one) return not one.current end, list.versions)
    if #versions == 0 then
      return vim.notify(list.step .. ' has only one version; change the prompt and save it.')
    end
    local texts = {}
    for _, version in ipairs(versions) do
      local params = { uri = version.uri }
      server.request(client, 'workspace/textDocumentContent', params, function(result)
        texts[version.number] = result.text
        if vim.tbl_count(texts) == #versions then choose(versions, texts, on_pick) end
      end)
    end
  end)
end
