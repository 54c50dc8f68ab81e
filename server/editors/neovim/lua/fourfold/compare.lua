-- A comparison as pairs of windows in diff mode: prompts in a tab, responses in the next.
local documents = require('fourfold.documents')
local server = require('fourfold.server')

--- Compares `versions`; without them those that the server offers.
return function(versions)
  server.execute('compareVersions', { versions = versions }, function(comparison, client)
    for _, pair in vim.iter(comparison.pairs):rev():enumerate() do -- responses come last
      for index, uri in ipairs({ pair.left, pair.right }) do
        local how = index == 1 and 'tab sbuffer' or 'rightbelow vertical sbuffer'
        vim.cmd(('%s %d'):format(how, documents.buffer(uri, client)))
        vim.cmd.diffthis()
        vim.wo.winbar = pair.title:gsub('%%', '%%%%')
      end
    end
  end)
end
