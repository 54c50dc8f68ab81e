import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Host, offerServers, PROVIDER, type ServerDefinition, storedKey } from '../src/mcp';

const never = () => ({ dispose() {} });

class Definition implements ServerDefinition {
  constructor(
    public label: string,
    public command: string,
    public args: string[],
    public env: Record<string, string>,
    readonly version: string,
  ) {}
}

type Provider = Parameters<
  NonNullable<NonNullable<Host['lm']>['registerMcpServerDefinitionProvider']>
>[1];

function offered(paths: string[]): { id: string; provider: Provider } {
  let found: { id: string; provider: Provider } | undefined;
  const host: Host = {
    McpStdioServerDefinition: Definition,
    lm: {
      registerMcpServerDefinitionProvider(id, provider) {
        found = { id, provider };
        return { dispose() {} };
      },
    },
  };
  const folders = paths.map((path) => ({ name: path.slice(1), path }));
  const program = async () => '/found/fourfold';
  const keys = async () => ({ OPENAI_API_KEY: 'stored' });
  assert.equal(offerServers(host, '1.2.3', () => folders, never, program, keys).length, 1);
  assert.ok(found);
  return found;
}

test('each folder has a server, which may not write', () => {
  const { provider } = offered(['/one', '/two']);
  const servers = provider.provideMcpServerDefinitions();
  assert.deepEqual(
    servers.map(({ label, args }) => [label, ...args]),
    [
      ['Fourfold: one', 'mcp', '--folder', '/one'],
      ['Fourfold: two', 'mcp', '--folder', '/two'],
    ],
  );
});

test('the program is looked for once the server is started', async () => {
  const { provider } = offered(['/one']);
  const [server] = provider.provideMcpServerDefinitions();
  assert.ok(server);
  assert.equal(server.label, 'Fourfold');
  assert.deepEqual(server.env, {});
  const { command, env } = await provider.resolveMcpServerDefinition(server);
  assert.deepEqual([command, env], ['/found/fourfold', { OPENAI_API_KEY: 'stored' }]);
});

test('VS Code knows the provider by its manifest', () => {
  const manifest = JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8'));
  const ids = manifest.contributes.mcpServerDefinitionProviders.map(({ id }: { id: string }) => id);
  assert.deepEqual(ids, [PROVIDER]);
  assert.equal(offered([]).id, PROVIDER);
});

test('a stored key goes to OpenAI alone', async () => {
  const get = async (endpoint: string) => `the key of ${endpoint}`;
  assert.deepEqual(await storedKey({}, get), {
    OPENAI_API_KEY: 'the key of https://api.openai.com/v1',
  });
  assert.deepEqual(await storedKey({ OPENAI_BASE_URL: 'http://elsewhere/v1' }, get), {});
  assert.deepEqual(await storedKey({ OPENAI_API_KEY: 'mine' }, get), {});
  assert.deepEqual(await storedKey({}, async () => undefined), {});
});

for (const host of [{}, { lm: {} }, { lm: {}, McpStdioServerDefinition: Definition }]) {
  test(`an older VS Code is left alone (${Object.keys(host)})`, () => {
    assert.deepEqual(
      offerServers(
        host,
        '1',
        () => [],
        never,
        async () => '',
        async () => ({}),
      ),
      [],
    );
  });
}
