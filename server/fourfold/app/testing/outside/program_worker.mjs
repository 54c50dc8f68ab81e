// Calls one function of a program in JavaScript, in the user's Node. The argument is JSON with the
// file of the request and the file for the answer, as a descriptor or a path. The answer is
// {value} or {error}.
import { readFileSync, writeSync, openSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const { request: file, answer } = JSON.parse(process.argv[2]);
const { path, function: name, output, context } = JSON.parse(readFileSync(file, 'utf8'));
const descriptor = typeof answer === 'number' ? answer : openSync(answer, 'w');
let said;
try {
  const imported = await import(pathToFileURL(path).href);
  const exported = imported.default ?? imported;
  const found = name ? (imported[name] ?? exported[name]) : exported;
  if (typeof found !== 'function') throw new Error(`it exports no function ${name}`.trim());
  const value = await found(output, context);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error(`it gives ${value}, which is no number to go by`);
  }
  said = JSON.stringify({ value: value ?? null });
} catch (error) {
  said = JSON.stringify({ error: String(error).split('\n')[0] });
}
writeSync(descriptor, said);
process.exit(0);
