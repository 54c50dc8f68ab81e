-- What `:Fourfold` can do; lenses and code actions lead here too.
local compare = require('fourfold.compare')
local pick = require('fourfold.versions')
local server = require('fourfold.server')
local switching = require('fourfold.switching')
local M = {}

--- Version numbers, written as `3` or `v3`; nil where there are none. The server refuses the rest.
local function numbers(words)
  local found = vim.tbl_map(function(word) return tonumber(word:match('%d+')) or word end, words)
  return found[1] and found
end

local function run(fields)
  if type(fields.versions) ~= 'table' and vim.bo.buftype == '' then
    switching.save(0) -- since unsaved text becomes a version anyway
  end
  server.execute('runStep', fields, function(answer)
    local versions = vim.fn.uniq(vim.tbl_map(function(one) return one.version end, answer.runs))
    if #versions > 1 then return compare.document(versions) end
    server.execute('showResponse', { version = versions[1] })
  end)
end

local function switch(number)
  if number then return server.execute('setCurrentVersion', { version = number }) end
  pick(switch)
end

M.subcommands = {
  switch = function(words) switch((numbers(words) or {})[1]) end,
  run = function(words)
    local versions = words[1] == 'all' and 'all' or numbers(words)
    run({ versions = versions, fresh = not versions or nil })
  end,
  response = function(words)
    server.execute('showResponse', { version = (numbers(words) or {})[1] })
  end,
  compare = function(words) compare.windows(numbers(words)) end,
  board = function() server.execute('openBoard') end,
  cancel = function() server.execute('cancelRuns') end,
  save = function() server.execute('saveVersion') end,
  undo = function() server.execute('undo') end,
}

--- `:Fourfold SUBCOMMAND WORD…`
function M.call(options)
  local subcommand = M.subcommands[options.fargs[1] or 'switch']
  if not subcommand then
    return vim.notify('Fourfold: :help :Fourfold says what there is.', vim.log.levels.ERROR)
  end
  subcommand(vim.list_slice(options.fargs, 2))
end

function M.complete(lead, line)
  local offered = vim.tbl_keys(M.subcommands)
  if line:find('%S+%s+%S+%s') then
    local list = require('fourfold').lists[vim.api.nvim_buf_get_name(0)] or { versions = {} }
    local labels = vim.tbl_map(function(version) return version.label end, list.versions)
    offered = vim.list_extend({ 'all' }, labels)
  end
  table.sort(offered)
  return vim.tbl_filter(function(word) return vim.startswith(word, lead) end, offered)
end

-- Commands of lenses and code actions for which there is something better here.
vim.lsp.commands['fourfold.setCurrentVersion'] = function(command)
  switch(command.arguments[1].version)
end
vim.lsp.commands['fourfold.runStep'] = function(command) run(command.arguments[1]) end
vim.lsp.commands['fourfold.compareVersions'] = function(command)
  compare.windows(command.arguments[1].versions)
end

return M
