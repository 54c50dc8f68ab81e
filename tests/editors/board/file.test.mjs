import assert from 'node:assert/strict';
import { violations } from './axe.mjs';
import { answering, HOSTILE, matrix, triage } from './boards.mjs';
import { scenario } from './scenario.mjs';

const marked = (page, element, column) =>
  page.locator(`.row:not(.heads) > :nth-child(${column}) ${element}`).allTextContents();

scenario('answers stand side by side, their words marked against the base', async ({ show }) => {
  const page = await show(
    answering(
      'Hello **Ada**, how are you?',
      'Hello *Bob*, how are you?',
      'Hello Cleo, who are you?',
    ),
  );
  const places = await page.locator('.head, .cell').evaluateAll((all) =>
    all.map((one) => {
      const { left, top } = one.getBoundingClientRect();
      return [Math.round(left), Math.round(top)];
    }),
  );
  const [lefts, tops] = [0, 1].map((axis) => new Set(places.map((place) => place[axis])).size);
  assert.deepEqual([places.length, lefts, tops], [6, 3, 2]);

  // The current version was made from v2.
  assert.deepEqual(await marked(page, 'ins', 1), ['Ada']);
  assert.deepEqual(await marked(page, 'del', 2), ['Bob', 'how']);
  assert.deepEqual(await marked(page, 'ins', 3), ['Cleo', 'who']);

  await page.getByRole('button', { name: 'v1', exact: true }).click();
  assert.deepEqual(await marked(page, 'del', 1), ['Ada', 'how']);
  await page.keyboard.press('3');
  assert.deepEqual(await marked(page, 'del', 3), ['Cleo', 'who']);
  assert.equal(
    await page.getByRole('button', { pressed: true, name: 'v3', exact: true }).count(),
    1,
  );

  const mark = page.locator('ins').first();
  const colour = () => mark.evaluate((one) => getComputedStyle(one).backgroundColor);
  assert.notEqual(await colour(), 'rgba(0, 0, 0, 0)');
  await page.keyboard.press('w');
  assert.equal(await colour(), 'rgba(0, 0, 0, 0)');

  await page.getByRole('button', { name: 'Leave v2 out' }).click();
  assert.deepEqual(await page.locator('.head .label').allTextContents(), ['v1', 'v3']);
  assert.equal(await page.getByRole('button', { name: /^Leave/ }).count(), 0, 'two have to stay');
});

scenario(
  'only what differs is left, and one goes from difference to difference',
  async ({ show }) => {
    const same = Array.from({ length: 60 }, (_, at) => `Paragraph ${at} is the same.`);
    const text = (name) =>
      [...same, `## Name\n\n${name}`, ...same, `## End\n\nBye ${name}`].join('\n\n');
    const page = await show(answering(text('Ada'), text('Bob')));
    const place = page.locator('.steps [role=status]');
    await page.keyboard.press('n');
    assert.equal(await place.textContent(), '1 of 4 differences');
    await page.locator('.here').waitFor();
    assert.ok(
      await page.locator('.here').evaluate((one) => one.getBoundingClientRect().top < innerHeight),
    );
    await page.keyboard.press('p');
    assert.equal(await place.textContent(), '4 of 4 differences');

    assert.equal(await page.getByText('Paragraph 7 is the same.').first().isVisible(), true);
    await page.keyboard.press('d');
    assert.equal(await page.getByText('Paragraph 7 is the same.').first().isVisible(), false);
    assert.equal(await page.getByText('Bye').first().isVisible(), true);
    assert.equal(
      await page
        .locator('.cell')
        .first()
        .evaluate((one) => getComputedStyle(one).display),
      'block',
    );
  },
);

scenario('answers begin on the first screen, and headers stay', async ({ show }) => {
  const page = await show(triage());
  const top = (locator) => locator.evaluate((one) => one.getBoundingClientRect().top);
  assert.ok((await top(page.locator('.cell').first())) < 500);
  const section = (title) => page.locator('.cell h2', { hasText: title });
  const tops = await section('Urgency').evaluateAll((all) =>
    all.map((one) => one.getBoundingClientRect().top),
  );
  assert.equal(new Set(tops).size, 1, `${tops}`);
  await section('Who acts').scrollIntoViewIfNeeded();
  await page.locator('main').evaluate((main) => main.scrollTo(0, 1e6));
  const bar = await page.locator('.top').evaluate((one) => one.getBoundingClientRect().bottom);
  assert.equal(Math.round(await top(page.locator('.row.heads'))), Math.round(bar));

  assert.equal(await page.locator('pre .hljs-keyword').first().textContent(), 'def');

  const heads = await page.locator('.head').allInnerTexts();
  assert.match(
    heads[1],
    /Answer of 2026-11-22 .*; the newest run failed: The endpoint asks for patience/s,
  );
  assert.match(heads[2], /Cut off at the limit of tokens/);
  assert.match(heads[3], /83 % \(71–95\) best/);
  assert.match(heads[2], /0\.9 s(?! best)/); // it would have taken longer, had it not been cut off
});

scenario('what differs in the prompts is folded to a line', async ({ show }) => {
  const page = await show(triage());
  assert.deepEqual(await page.locator('.source ins').allTextContents(), []);
  await page.keyboard.press('1');
  await page.getByRole('button', { name: 'Prompts: v2, v3, v4 differ from v1' }).click();
  assert.deepEqual(await page.locator('.source ins').allTextContents(), [
    'Answer in English.',
    ', in at most twenty words, and never more',
    'Say who has to act.',
  ]);
});

scenario(
  'a hostile answer does nothing, and asks for nothing',
  async ({ show, requests, problems }) => {
    const page = await show({
      ...answering(HOSTILE, `${HOSTILE}!`),
      title: '</title><script>window.hurt = 6</script>',
    });
    await page
      .getByText('[own]')
      .first()
      .waitFor()
      .catch(() => {});
    for (const place of await page
      .locator('.cell')
      .locator('b, a, img, script, iframe, style, [href], [onmouseover]')
      .all()) {
      assert.fail(await place.evaluate((one) => one.outerHTML));
    }
    await page.getByText('click').first().click();
    await page.getByText('page').first().click();
    assert.equal(await page.evaluate(() => window.hurt), undefined);
    assert.match(
      await page.locator('.cell').first().textContent(),
      /\(javascript:window\.hurt=3\)/,
    );
    assert.deepEqual(
      requests.filter((url) => !url.startsWith('file:')),
      [],
    );
    assert.deepEqual(problems, []);
    assert.match(await page.title(), /^<\/title><script>/);
  },
);

for (const [name, options] of Object.entries({
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'high contrast': { colorScheme: 'dark', contrast: 'more' },
  'forced colours': { forcedColors: 'active' },
})) {
  scenario(`nothing is wrong for who cannot see or use a mouse: ${name}`, async ({ show }) => {
    const page = await show(triage(), options);
    await page.locator('.fold button').click();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await page.getByRole('gridcell').first().waitFor();
    assert.deepEqual(await violations(page), []);
    await page.locator('[data-row="2"] [data-arm="3"]').click();
    await page.getByRole('dialog').waitFor();
    assert.deepEqual(await violations(page), []);
  });
}

scenario('the tests are a grid that is used with keys alone', async ({ show }) => {
  const page = await show(matrix(1000, 1));
  await page.keyboard.press('t');
  await page.locator('[data-row="0"] [data-arm="0"]').focus();
  const here = () =>
    page.evaluate(() => {
      const cell = document.activeElement;
      return [Number(cell?.parentElement?.dataset.row), Number(cell?.dataset.arm)];
    });
  const until = async (row, arm) =>
    page.waitForFunction(
      ([row, arm]) => document.activeElement?.matches(`[data-row="${row}"] [data-arm="${arm}"]`),
      [row, arm],
    );
  await page.keyboard.press('ArrowDown');
  await until(1, 0);
  await page.keyboard.press('ArrowRight');
  await until(1, 1);
  await page.keyboard.press('End');
  await until(999, 1);
  assert.deepEqual(await here(), [999, 1]);
  assert.ok((await page.locator('.scroller [role=row]').count()) < 60);
  await page.keyboard.press('Enter');
  const pair = page.getByRole('dialog', { name: 'ticket 1000: cannot log in' });
  await pair.waitFor();
  assert.match(await pair.textContent(), /The response has (no )?“Outage”/);
  await page.keyboard.press('Escape');
  await pair.waitFor({ state: 'detached' });
  await until(999, 1);
});

scenario('a pair opens on the first answer that did not pass', async ({ show }) => {
  const shown = matrix(60, 5);
  const page = await show(shown);
  await page.keyboard.press('t');
  const arm = 3;
  const passed = (row) =>
    shown.results
      .filter((one) => one.version === arm + 1 && one.test === shown.report.tests[row].name)
      .map(({ scores }) => scores.every((score) => score.passed));
  const rows = shown.report.tests.map((_, row) => row);
  const [later, none] = [
    rows.find((row) => passed(row).indexOf(false) > 1),
    rows.find((row) => !passed(row).includes(false)),
  ];
  for (const row of [later, none]) {
    await page.getByRole('searchbox').fill(`ticket ${row + 1}:`);
    await page.locator(`[data-row="0"] [data-arm="${arm}"]`).click();
    const pair = page.getByRole('dialog');
    const wanted = Math.max(0, passed(row).indexOf(false));
    await pair.locator('.cell', { hasText: `answer ${wanted + 1} of v${arm + 1}` }).waitFor();
    assert.equal(await pair.getByRole('combobox').inputValue(), `${wanted}`);
    await page.keyboard.press('Escape');
    await pair.waitFor({ state: 'detached' });
  }
});

scenario('twenty thousand results are shown and filtered without waiting', async ({ show }) => {
  const page = await show(matrix(1000, 5));
  await page.keyboard.press('t');
  await page.getByText('1,000 tests', { exact: true }).last().waitFor();
  const rows = page.locator('.tests [role=status]');
  const filter = async (select, value) =>
    page.evaluate(
      async ([select, value]) => {
        const element = document.querySelectorAll('.tests select')[select];
        const began = performance.now();
        element.value = value;
        element.dispatchEvent(new Event('change', { bubbles: true }));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - began;
      },
      [select, value],
    );
  const times = [await filter(0, 'regressions')];
  assert.match(await rows.textContent(), /^\d{2,3} of 1,000 tests$/);
  times.push(await filter(1, 'tone'));
  assert.equal(await rows.textContent(), '0 of 1,000 tests');
  times.push(await filter(0, 'all'));
  assert.equal(await rows.textContent(), '1,000 tests');
  console.log(`filters: ${times.map(Math.round)} ms`);
  // On a machine that does other things too; alone it is a fifth.
  assert.ok(Math.min(...times) < 300, `${times}`);
  await page.getByRole('searchbox').fill('ticket 77:');
  await page.getByText('1 of 1,000 tests').waitFor();
});

scenario('two answers of a megabyte are compared whole', async ({ show }) => {
  const line = (at) => `Line ${at} says that the quick brown fox jumps over ${at % 97} lazy dogs.`;
  const lines = Array.from({ length: 16_000 }, (_, at) => line(at));
  const changed = lines.map((one, at) => (at % 400 === 7 ? one.replace('lazy', 'sleepy') : one));
  const page = await show(answering(lines.join('\n'), changed.join('\n')));
  assert.equal(await page.locator('ins').count(), 40);
  assert.equal(await page.locator('del').count(), 40);
  assert.equal(await page.locator('.cell .line').count(), 32_000);
});
