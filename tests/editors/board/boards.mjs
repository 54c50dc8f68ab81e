// Boards as PROTOCOL.md has them, made up.

const MODEL = 'gpt-5-mini';
const AT = '2026-11-22T18:42:00.000Z';

export function version(number, given = {}) {
  return {
    number,
    label: `v${number}`,
    current: false,
    created: AT,
    cause: 'save',
    parent: number > 1 ? number - 1 : null,
    change: null,
    name: null,
    pinned: false,
    words: 40,
    linesAdded: 1,
    linesRemoved: 0,
    runs: 1,
    lastRun: null,
    uri: `fourfold:/k/version/triage.v${number}.md`,
    ...given,
  };
}

let runs = 0;

export function run(number, response, given = {}) {
  const id = `run${runs++}`;
  return {
    id,
    step: 'triage',
    version: number,
    test: null,
    repeat: 1,
    model: MODEL,
    status: 'succeeded',
    error: null,
    errorKind: null,
    finishReason: 'stop',
    truncated: false,
    started: AT,
    firstTokenMs: 300,
    durationMs: 1200,
    inputTokens: 210,
    outputTokens: 120,
    costUsd: 0.0004,
    cached: false,
    usedExamples: [],
    adjustments: [],
    tries: [],
    uri: `fourfold:/k/run/triage.${id}.md`,
    response,
    inputs: { ticket: 'I cannot log in.' },
    by: null,
    ratings: [],
    ...given,
  };
}

const TICKET = {
  name: 'ticket',
  kind: 'string',
  description: 'What the customer wrote.',
  value: 'I cannot log in.',
  example: true,
  optional: true,
};

export function board(arms, given = {}) {
  return {
    step: 'triage',
    title: 'Triage of tickets',
    uri: 'file:///work/prompts/triage.prompty',
    current: arms.at(-1).version.number,
    arms,
    testing: null,
    inputs: [TICKET],
    sets: [{ name: 'an invoice', inputs: { ticket: 'Where is my invoice?' } }],
    tests: 0,
    report: null,
    results: [],
    ...given,
  };
}

/** A board of versions of which each has one response. */
export function answering(...responses) {
  const last = responses.length;
  return board(
    responses.map((response, at) => ({
      version: version(at + 1, { current: at + 1 === last }),
      text: `Answer as number ${at + 1}.\n`,
      runs: [run(at + 1, response)],
    })),
  );
}

const PROMPT = `Sort the ticket into one of: billing, outage, question.
Answer with the category, the urgency and one sentence that says why.

Ticket: {{ticket}}
`;

const ANSWER = `## Category

**Outage**: the customer cannot log in since this morning.

## Urgency

High. Several people of the same company are affected, and the status page says nothing.

## Next steps

1. Look at \`auth-service\` in the dashboard.
2. Tell the customer that we are on it.

\`\`\`python
def urgency(ticket: str) -> str:
    return "high" if "cannot log in" in ticket else "normal"
\`\`\`

| Field | Value |
| --- | --- |
| Owner | on call |
| Due | today |
`;

/** Four versions as they come about: one that failed since, one that is cut off, one that is current. */
export function triage() {
  const worse = ANSWER.replace('**Outage**', '**Question**').replace(
    'High. Several',
    'Normal. Several',
  );
  return board(
    [
      {
        version: version(1, { name: 'as it was sent' }),
        text: PROMPT,
        runs: [run(1, worse, { durationMs: 2100, outputTokens: 164, costUsd: 0.0006 })],
      },
      {
        version: version(2, { change: '+ "Answer in English."', pinned: true }),
        text: `${PROMPT}Answer in English.\n`,
        runs: [
          run(2, '', {
            status: 'failed',
            error: 'The endpoint asks for patience (429); try again in 20 s.',
            errorKind: 'rate_limited',
            started: '2026-11-22T18:50:00.000Z',
          }),
          run(2, ANSWER.replace('since this morning', 'since 8 o’clock'), {
            durationMs: 1900,
            outputTokens: 151,
          }),
        ],
      },
      {
        version: version(3, { change: '+ "in at most twenty words, and never"' }),
        text: PROMPT.replace(
          'one sentence that says why',
          'one sentence that says why, in at most twenty words, and never more',
        ),
        runs: [
          run(3, ANSWER.slice(0, 320), {
            truncated: true,
            finishReason: 'length',
            durationMs: 900,
            outputTokens: 64,
            costUsd: 0.0002,
          }),
        ],
      },
      {
        version: version(4, { current: true, change: '+ "Say who has to act."' }),
        text: `${PROMPT}Say who has to act.\n`,
        runs: [
          run(4, `${ANSWER}\n## Who acts\n\nThe team on call.\n`, {
            durationMs: 1400,
            outputTokens: 171,
          }),
        ],
      },
    ],
    { tests: 12, report: report(), results: results(12, 5) },
  );
}

const RATES = [0.42, 0.55, 0.61, 0.83];
const SPREAD = [0.16, 0.17, 0.16, 0.12];

function passes(arm, test, repeat) {
  return ((test * 7919 + arm * 104_729 + repeat * 1299_709) % 1000) / 1000 < RATES[arm];
}

export function report(tests = 12, repeats = 5) {
  const arms = RATES.map((rate, arm) => ({
    version: arm + 1,
    model: MODEL,
    runs: tests * repeats,
    passed: Math.round(tests * repeats * rate),
    rate,
    interval: [Math.max(0, rate - SPREAD[arm]), Math.min(1, rate + SPREAD[arm])],
    score: rate,
    missing: 0,
    inputTokens: 210,
    outputTokens: 120,
    durationMs: 1200,
    costUsd: 0.0004,
    distinct: 9,
    dropped: arm === 0,
  }));
  const pair = (a, b, verdict, sentence) => ({
    a: { version: a, model: MODEL },
    b: { version: b, model: MODEL },
    verdict,
    difference: RATES[b - 1] - RATES[a - 1],
    interval: [0.05, 0.6],
    wins: 30,
    losses: 6,
    pairs: 60,
    evidence: 120,
    sentence,
  });
  return {
    id: 'r1',
    step: 'triage',
    seed: 7,
    stopped: 'done',
    calls: tests * repeats * 4,
    cached: 20,
    costUsd: 0.0213,
    sentence:
      'v4 is better than v1 (83 % against 42 % of 60 answers); between v3 and v4 it is not decided yet.',
    arms,
    pairs: [
      pair(1, 4, 'better', 'v4 is better than v1: 83 % against 42 %.'),
      pair(3, 4, 'undecided', 'Between v3 and v4 it is not decided yet: 61 % against 83 %.'),
    ],
    tests: Array.from({ length: tests }, (_, test) => ({
      name: testName(test),
      arms: RATES.map((_, arm) => {
        const passed = Array.from({ length: repeats }, (_, repeat) => passes(arm, test, repeat));
        const count = passed.filter(Boolean).length;
        return {
          version: arm + 1,
          model: MODEL,
          runs: repeats,
          passed: count,
          score: count / repeats,
        };
      }),
    })),
  };
}

const testName = (test) => `ticket ${test + 1}: cannot log in`;

/** What each arm answered to each test, as often as it was asked. */
export function results(tests, repeats) {
  const found = [];
  for (let arm = 0; arm < RATES.length; arm++) {
    for (let test = 0; test < tests; test++) {
      for (let repeat = 1; repeat <= repeats; repeat++) {
        const passed = passes(arm, test, repeat - 1);
        const id = `t${arm}-${test}-${repeat}`;
        const score = (type, value, metric, holds) => ({
          run: id,
          assertion: { type, not: false, value, metric },
          passed: holds,
          score: holds ? 1 : 0,
          reason: holds ? `The response has “${value}”.` : `The response has no “${value}”.`,
          costUsd: null,
        });
        found.push({
          run: id,
          test: testName(test),
          version: arm + 1,
          model: MODEL,
          repeat,
          status: 'succeeded',
          error: null,
          truncated: false,
          by: null,
          response: `**${passed ? 'Outage' : 'Question'}**: answer ${repeat} of v${arm + 1} to ticket ${test + 1}, which says that nobody can log in, and that it is urgent.`,
          scores: [
            score('contains', 'Outage', 'category', passed),
            score('contains', 'urgent', 'tone', true),
          ],
        });
      }
    }
  }
  return found;
}

/** 4 versions × `tests` × `repeats` results. */
export function matrix(tests, repeats) {
  return { ...triage(), report: report(tests, repeats), results: results(tests, repeats) };
}

/** Responses that would do something, were they not shown as text. */
export const HOSTILE = `<script>window.hurt = 1</script>
<img src="https://tracker.example/a.png" onerror="window.hurt = 2">
![pixel](https://tracker.example/b.png)
[click](javascript:window.hurt=3) [page](https://elsewhere.example/) <https://elsewhere.example/auto>
[mine](command:workbench.action.quit) ![own](data:image/svg+xml;base64,PHN2Zy8+)

</script><script>window.hurt = 4</script><!-- <script>

<iframe src="https://elsewhere.example/"></iframe><style>body{display:none}</style>

\`\`\`html
<b onmouseover="window.hurt = 5">code</b>
\`\`\`

|a|b|
|:-:|-:|
|<b>1</b>|2|
`;
