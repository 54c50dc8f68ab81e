vim.filetype.add({
  extension = { prompty = 'prompty', prompt = 'dotprompt' },
  pattern = {
    ['.*%.prompt%.ya?ml'] = 'yaml.prompt',
    ['.*%.tests%.ya?ml'] = 'yaml.tests',
    ['.*%.tests%.jsonl?'] = 'json.tests',
    ['.*%.tests%.csv'] = 'csv.tests',
    ['promptfooconfig.*%.ya?ml'] = 'yaml.tests',
  },
})
vim.api.nvim_create_user_command(
  'Fourfold',
  function(options) require('fourfold.commands').call(options) end,
  {
    nargs = '*',
    complete = function(...) return require('fourfold.commands').complete(...) end,
  }
)
