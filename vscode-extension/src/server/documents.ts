/** The documents that the server is told of. */

export const DOCUMENTS = [
  { scheme: 'file', language: 'prompty' },
  { scheme: 'file', pattern: '**/*.{prompty,md,markdown,txt,j2,jinja,jinja2}' },
  { scheme: 'file', pattern: '**/workflow.yaml' },
];
