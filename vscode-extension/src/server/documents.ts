/** The documents that the server is told of. */

export const DOCUMENTS = [
  { scheme: 'file', language: 'prompty' },
  { scheme: 'file', pattern: '**/*.{prompty,md,txt,j2,jinja}' },
  { scheme: 'file', pattern: '**/workflow.yaml' },
];
