import assert from 'node:assert/strict';
import http from 'node:http';
import { startModel } from '../vscode/model.mjs';
import { DATA } from '../vscode/tools.mjs';
import { until } from '../vscode/wait.mjs';
import { Workspace } from '../vscode/workspace.mjs';
import { violations } from './axe.mjs';
import { HOSTILE } from './boards.mjs';
import { scenario } from './scenario.mjs';
import { startView } from './view.mjs';

const prompt = (name) => `---\nname: greeting\n---\nuser:\nSay hello to ${name}.\n`;

/** A workspace with versions, and `fourfold view` of it; both end with the test. */
async function served(use, text, ...names) {
  const workspace = Object.assign(new Workspace({}, { sample: false }), { data: DATA });
  const model = await startModel(text);
  let view;
  try {
    workspace.keep('greeting', ...names.map(prompt));
    view = await startView(workspace, { ...model.environment, OPENAI_MODEL: 'scripted' });
    await use({ workspace, view });
  } finally {
    const code = await view?.stop();
    model.stop();
    workspace.remove();
    if (view) assert.equal(code, 130);
  }
}

const asked = (request) => request.messages.at(-1).content.match(/to (\w+)/)[1];

scenario(
  'versions are run from the page, stream in side by side, and one is made current',
  async ({ open, problems }) => {
    let go;
    const gate = new Promise((resolve) => {
      go = resolve;
    });
    async function* text(request) {
      yield `## Greeting\n\nHello `;
      await gate;
      yield `**${asked(request)}**!`;
    }
    await served(
      async ({ view, workspace }) => {
        const page = await open(view.address);
        await page.getByText('Not run yet').first().waitFor();
        assert.equal(new URL(page.url()).search, '');
        await page.getByRole('button', { name: 'Run all' }).click();
        await until(
          'both stream',
          () => page.locator('.state').allTextContents(),
          (all) => all.filter((one) => one === 'Streaming…').length === 2,
        );
        await page.getByText('Hello').nth(1).waitFor();
        await page.locator('main').evaluate((main) => {
          main.dataset.kept = 'here';
        });
        go();
        await until(
          'both are whole',
          () => page.locator('.cell ins, .cell del').allTextContents(),
          (all) => all.join() === 'Ada,Bob',
        );
        assert.equal(await page.locator('main').getAttribute('data-kept'), 'here');
        assert.deepEqual(await violations(page), []);

        await page.getByRole('button', { name: 'Good answer' }).first().click();
        await page.getByRole('textbox', { name: 'Why' }).fill('It is kind.');
        await page.keyboard.press('Enter');
        const rated = () =>
          workspace
            .ask('log', 'greeting')
            .runs.flatMap(({ id }) => workspace.ask('show', id).ratings);
        await until('the rating', rated, (all) =>
          all.some(({ rating, note }) => rating === 1 && note === 'It is kind.'),
        );

        await page.getByRole('button', { name: 'Make current' }).click();
        await workspace.untilFile('prompts/greeting.prompty', (now) => now.includes('Ada'));
        await page.locator('.head', { hasText: 'current' }).filter({ hasText: 'v1' }).waitFor();

        // What others save and run is seen too.
        workspace.keep('greeting', prompt('Cleo'));
        await page.getByRole('button', { name: 'v3', exact: true }).waitFor();
        await page.keyboard.press('ArrowRight');
        await page.reload();
        await page.getByRole('button', { name: 'v3', exact: true }).waitFor();
        assert.deepEqual(problems, []);
      },
      text,
      'Ada',
      'Bob',
    );
  },
);

scenario('a run is cancelled, and what cannot be done is said', async ({ open }) => {
  async function* text() {
    yield 'So far';
    await new Promise(() => {});
  }
  await served(
    async ({ view, workspace }) => {
      const page = await open(view.address);
      await page.locator('.head').nth(1).focus();
      await page.keyboard.press('r');
      await page.getByText('So far').waitFor();
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await page.getByText('Cancelled').waitFor();
      assert.equal(await page.getByText('So far').count(), 1);

      workspace.write('prompts/greeting.prompty', '');
      await page.getByRole('button', { name: 'Make current' }).click();
      await page.locator('[role=alert]', { hasText: 'holds text that no version has' }).waitFor();
    },
    text,
    'Ada',
    'Bob',
  );
});

scenario(
  'a hostile answer does nothing where it is served',
  async ({ open, requests, problems }) => {
    await served(
      async ({ view }) => {
        const page = await open(view.address);
        await page.getByRole('button', { name: 'Run all' }).click();
        await page.locator('.cell pre').first().waitFor();
        await page.getByText('click').first().click();
        assert.equal(await page.evaluate(() => window.hurt), undefined);
        assert.deepEqual(
          requests.filter((url) => new URL(url).host !== new URL(view.address).host),
          [],
        );
        assert.deepEqual(problems, []);
      },
      HOSTILE,
      'Ada',
    );
  },
);

scenario(
  'no other site reads the board or starts anything, and an address lets one browser in',
  async ({ open }) => {
    let calls = 0;
    const text = () => {
      calls++;
      return ['Hello'];
    };
    await served(
      async ({ view }) => {
        const mine = await open(view.address);
        await mine.getByText('Not run yet').waitFor();
        const { origin } = new URL(view.address);

        const second = await open(view.address);
        assert.equal(await second.locator('body').textContent(), 'Unauthorized');

        // A page of another site in the browser that was let in; another port is another origin, but not another site.
        const evil = http.createServer((_, response) =>
          response.setHeader('content-type', 'text/html').end('evil'),
        );
        await new Promise((resolve) => evil.listen(0, '127.0.0.1', resolve));
        try {
          for (const host of ['127.0.0.1', 'localhost']) {
            const page = await mine.context().newPage();
            await page.goto(`http://${host}:${evil.address().port}/`);
            const tried = await page.evaluate(async (origin) => {
              const body = JSON.stringify({ action: 'run', versions: [1] });
              const attempt = async (path, options) =>
                fetch(`${origin}${path}`, { credentials: 'include', ...options }).then(
                  (answer) => (answer.type === 'opaque' ? 'opaque' : answer.status),
                  () => 'refused',
                );
              const frame = document.createElement('iframe');
              frame.src = origin;
              document.body.append(frame);
              await new Promise((resolve) => frame.addEventListener('load', resolve));
              let inside = 'refused';
              try {
                inside = frame.contentDocument.title;
              } catch {}
              return [
                await attempt('/events', {}),
                await attempt('/act', {
                  method: 'POST',
                  headers: { 'content-type': 'application/json' },
                  body,
                }),
                await attempt('/act', { method: 'POST', mode: 'no-cors', body }),
                inside,
              ];
            }, origin);
            assert.deepEqual(tried, ['refused', 'refused', 'refused', 'refused']);
          }
          assert.equal(calls, 0);
        } finally {
          evil.close();
          evil.closeAllConnections();
        }
      },
      text,
      'Ada',
    );
  },
);

const ASKED = `---
name: greeting
inputs:
  who: {kind: string, example: Ada}
---
user:
`;
const NOT_GIVEN = ASKED.replace(', example: Ada', '');
const TESTS = Array.from({ length: 6 }, (_, at) => ({
  description: `guest ${at}`,
  vars: { who: `Guest ${at}` },
  assert: [{ type: 'starts-with', value: 'Dear' }],
}));

scenario(
  'other inputs are run, a run is shown whole, and tests go on until it is certain',
  async ({ open, problems }) => {
    await served(
      async ({ workspace, view }) => {
        workspace.write('prompts/greeting.tests.yaml', `${JSON.stringify(TESTS)}\n`);
        workspace.keep('greeting', `${ASKED}Greet {{who}}.\n`, `${ASKED}Be polite to {{who}}.\n`);
        const page = await open(view.address);
        await page.getByRole('button', { name: /Inputs:.*who: Ada/ }).click();
        await page.getByRole('textbox', { name: /who/ }).fill('Grace');
        await page.getByRole('button', { name: 'Run all with these' }).click();
        await page.getByText('Dear Grace').first().waitFor();
        assert.deepEqual(await violations(page), []);

        await page.getByRole('button', { name: 'Details' }).last().click();
        const whole = page.getByRole('dialog', { name: /Response of/ });
        await whole.getByText('1 message sent').click();
        await whole.getByText('Be polite to Grace.').waitFor();
        assert.deepEqual(await violations(page), []);
        await page.keyboard.press('Escape');

        await page.getByRole('button', { name: 'Which is better?' }).click();
        await page
          .locator('.sentence', { hasText: /v\d is better than|passes more often/ })
          .waitFor();
        await page
          .getByRole('button', { name: 'Stop', exact: true })
          .waitFor({ state: 'detached' });
        assert.deepEqual(problems, []);
      },
      ({ messages: [{ content }] }) => [
        content.includes('polite') ? `Dear ${content.match(/to (.*)\./)[1]}` : 'Hi',
      ],
      'Ada',
    );
  },
);

scenario(
  'a value that is missing is told, and asked for where it is filled in',
  async ({ open }) => {
    await served(
      async ({ workspace, view }) => {
        workspace.keep('greeting', `${NOT_GIVEN}Greet {{who}}.\n`);
        const page = await open(view.address);
        await page.getByRole('button', { name: /Inputs:.*who: no value/ }).waitFor();
        await page.getByRole('button', { name: 'Run all' }).click();
        await page.getByText('Dear all').waitFor();
        await page.locator('.told', { hasText: /^v2 of greeting: .*who/ }).waitFor();

        await page.getByRole('button', { name: 'Run', exact: true }).last().click();
        const field = page.getByRole('textbox', { name: /who/ });
        await page.locator('.field', { has: field }).getByText('A value is needed.').waitFor();
        assert.deepEqual(await violations(page), []);
        await field.fill('Grace');
        await page.getByRole('button', { name: 'Run all with these' }).click();
        await page.getByText('Dear Grace').first().waitFor();
        await page.locator('.told').waitFor({ state: 'detached' });
      },
      ({ messages: [{ content }] }) => [`Dear ${content.match(/Greet (.*)\./)?.[1] ?? 'all'}`],
      'Ada',
    );
  },
);
