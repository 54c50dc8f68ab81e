/** The documents that the server is told of. */

export const DOCUMENTS = [
  { scheme: 'file', language: 'prompty' },
  { scheme: 'file', pattern: '**/*.{prompty,prompt,md,markdown,txt,j2,jinja,jinja2}' },
  { scheme: 'file', pattern: '**/*.prompt.{yml,yaml}' },
  { scheme: 'file', pattern: '**/workflow.yaml' },
  { scheme: 'file', pattern: '**/*.tests.{yaml,yml,json,jsonl,csv}' },
  { scheme: 'file', pattern: '**/evals/evals.json' },
  { scheme: 'file', pattern: '**/promptfooconfig*.{yaml,yml,json}' },
];
