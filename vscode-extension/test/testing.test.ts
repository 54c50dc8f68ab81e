import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WholeRun } from '../src/protocol';
import { asked, type Item } from '../src/testing/asked';
import { Matrices } from '../src/testing/matrices';
import { expectedAndActual, outcomes } from '../src/testing/outcome';
import { mayHaveTests } from '../src/testing/places';
import { arm, onTest, report, run } from './shapes';

test('prompts that may have tests are told by names alone', () => {
  const prompts = [
    '/w/prompts/greet.prompty',
    '/w/prompts/greeting.prompty',
    '/w/prompts/other.md',
    '/w/a/greet.prompty',
    '/w/a/b.prompt.yml',
    '/w/skill/SKILL.md',
  ];
  const files = ['/w/prompts/greet.tests.yaml', '/w/prompts/nothing.tests.csv'];
  const found = ['/w/prompts/greet.prompty', '/w/a/b.prompt.yml', '/w/skill/SKILL.md'];
  assert.deepEqual(mayHaveTests(prompts, files), found);
  assert.deepEqual(mayHaveTests([], files), []);
});

test('the current version says how a test stands, and the others are told beside it', () => {
  const tested = report(
    [arm(1), arm(2)],
    [
      { name: 'won', arms: [onTest(1, { passed: 0, reason: 'No hello.' }), onTest(2)] },
      {
        name: 'lost',
        arms: [onTest(1), onTest(2, { runs: 3, passed: 1, reason: 'No ada.', run: 'bad' })],
      },
      {
        name: 'not had',
        arms: [onTest(1), onTest(2, { runs: 0, passed: 0, missing: 1, reason: 'No key.' })],
      },
      {
        name: 'not asked',
        arms: [onTest(1, { runs: 0, passed: 0 }), onTest(2, { runs: 0, passed: 0, run: null })],
      },
    ],
  );
  const told = outcomes(tested, 2);
  assert.deepEqual(
    told.map(({ name, state, description }) => `${name}: ${state}, ${description}`),
    [
      'won: passed, v1 ✗ · v2 ✓',
      'lost: failed, v1 ✓ · v2 ✗ 1 of 3',
      'not had: errored, v1 ✓ · v2 ?',
      'not asked: skipped, ',
    ],
  );
  assert.deepEqual(told[1]?.faults, [
    { label: 'v2', message: 'v2 passed 1 of 3: No ada.', run: 'bad' },
  ]);
  assert.equal(told[2]?.faults[0]?.message, 'v2 gave no answer to judge: No key.');
});

test('where the current version was not asked, all that were say how a test stands', () => {
  const tests = [{ name: 'a', arms: [onTest(1, { passed: 0 }), onTest('none')] }];
  const [told] = outcomes(report([arm(1), arm('none')], tests), 4);
  assert.equal(told?.state, 'failed');
  assert.equal(told?.description, 'v1 ✗ · none ✓');
});

test('two tests of one name are one, which fails with either; several models are named', () => {
  const on = (model: string, passed: number) => onTest(1, { model, passed });
  const tests = [
    { name: 'a', arms: [on('m', 1), on('n', 1)] },
    { name: 'a', arms: [on('m', 1), on('n', 0)] },
  ];
  const told = outcomes(report([arm(1), arm(1, { model: 'n' })], tests), 1);
  assert.equal(told.length, 1);
  assert.equal(told[0]?.state, 'failed');
  assert.deepEqual(
    told[0]?.faults.map(({ label }) => label),
    ['v1 on n'],
  );
});

test('expected and actual stand beside each other', () => {
  const score = (type: string, value: unknown, passed: boolean | null, not = false) => ({
    run: 'r',
    assertion: { type, not, value, metric: null },
    passed,
    score: null,
    reason: null,
    costUsd: null,
  });
  const whole = (scores: WholeRun['scores'], given: Partial<WholeRun> = {}): WholeRun => ({
    ...run(),
    response: 'Hi',
    value: null,
    messages: [],
    parameters: {},
    scores,
    ratings: [],
    ...given,
  });
  assert.deepEqual(expectedAndActual(whole([score('equals', 'Hello', false)])), ['Hello', 'Hi']);
  const several = [
    score('contains', 'Hello', false),
    score('contains', 'Hi', true),
    score('contains-any', ['a', 'b'], false, true),
    score('is-json', null, null),
  ];
  const [expected] = expectedAndActual(whole(several));
  assert.equal(expected, 'contains: Hello\nnot-contains-any: [\n  "a",\n  "b"\n]\nis-json');
  const failed = whole([], { response: '', error: 'No key.' });
  assert.deepEqual(expectedAndActual(failed), ['', 'No key.']);
});

test('a request of the view is about whole prompts, or some of their tests', () => {
  const prompt = (id: string, ...names: string[]): Item => {
    const children = names.map((name): [string, Item] => [name, { id: name, children: [] }]);
    return { id, children };
  };
  const one = prompt('one', 'a', 'b');
  const other = prompt('other', 'c');
  const [a, b] = [...one.children].map(([, item]) => item);
  assert.ok(a && b);
  const told = (include?: Item[], exclude?: Item[]) =>
    asked([one, other], include, exclude).map(
      ({ prompt: { id }, items, isWhole }) => `${id} ${items.map((it) => it.id)} ${isWhole}`,
    );
  assert.deepEqual(told(), ['one a,b true', 'other c true']);
  assert.deepEqual(told([one]), ['one a,b true']);
  assert.deepEqual(told([b]), ['one b false']);
  assert.deepEqual(told([one], [a]), ['one b false']);
  assert.deepEqual(told(undefined, [one]), ['other c true']);
});

const ended = (id: string) => ({ uri: 'file:///greet.md', id, goesOn: false });

test('tests that end before their start is answered are waited for all the same', async () => {
  const others: string[] = [];
  const matrices = new Matrices(({ id }) => others.push(id));
  const start = matrices.start(async () => {
    matrices.note({ ...ended('mine'), goesOn: true });
    matrices.note(ended('mine'));
    matrices.note(ended('other'));
    return { id: 'mine', planned: 1, estimateUsd: null };
  });
  await (await start).ended;
  assert.deepEqual(others, ['other']);
});

test('tests end when they are said to, or with their server', async () => {
  const others: string[] = [];
  const matrices = new Matrices(({ id }) => others.push(id));
  const begin = (id: string) =>
    matrices.start(async () => ({ id, planned: null, estimateUsd: null }));
  const [one, other] = [await begin('one'), await begin('other')];
  matrices.note(ended('one'));
  await one.ended;
  matrices.interrupt();
  await assert.rejects(other.ended, /run the tests again/);
  const refused = matrices.start(() => Promise.reject(new Error('no tests')));
  await assert.rejects(refused, /no tests/);
  matrices.note(ended('foreign'));
  assert.deepEqual(others, ['foreign']);
});
