// Formats the Lua of the plugin for Neovim as its stylua.toml says; --check changes nothing, and
// names the files that it would change.
import fs from 'node:fs';
import path from 'node:path';
import * as stylua from '@johnnymorganz/stylua';

const PLUGIN = path.join(import.meta.dirname, '../../server/editors/neovim');
const ENUMS = {
  indent_type: stylua.IndentType,
  quote_style: stylua.QuoteStyle,
  collapse_simple_statement: stylua.CollapseSimpleStatement,
};
const settings = fs
  .readFileSync(path.join(PLUGIN, 'stylua.toml'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' = '));

/** Formatting uses it up. */
function configuration() {
  const config = stylua.Config.new();
  config.syntax = stylua.LuaVersion.LuaJIT;
  for (const [name, value] of settings)
    config[name] = ENUMS[name]?.[JSON.parse(value)] ?? Number(value);
  return config;
}

for (const name of fs.readdirSync(PLUGIN, { recursive: true })) {
  if (!name.endsWith('.lua')) continue;
  const file = path.join(PLUGIN, name);
  const before = fs.readFileSync(file, 'utf8');
  const after = stylua.formatCode(
    before,
    configuration(),
    undefined,
    stylua.OutputVerification.Full,
  );
  if (after === before) continue;
  if (process.argv.includes('--check')) {
    console.error(`${name} is not as stylua writes it: npm run format`);
    process.exitCode = 1;
  } else fs.writeFileSync(file, after);
}
