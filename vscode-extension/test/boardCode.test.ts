import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coloured } from '../board/answers/code';

const text = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');

test('code keeps its text, whatever it is', () => {
  const code = 'def f(a: "<b>"):\n    return a & 1  # <script>alert(1)</script>\n';
  for (const language of ['python', 'py', 'js', 'ts', 'json', 'html', 'sh', 'yml', 'sql', 'css']) {
    const html = coloured(code, language);
    assert.equal(text(html), code, language);
    assert.deepEqual(
      html.match(/<(?!\/?span\b)[^>]*>/g),
      null,
      'there are no elements but those of colours',
    );
  }
  assert.match(coloured(code, 'python'), /<span class="hljs-keyword">def<\/span>/);
});

test('what is of no language that is known, or long, is left as it is', () => {
  for (const language of ['', 'brainfuck', '__proto__', 'constructor', 'python" onclick="x']) {
    assert.equal(coloured('def f()', language), '');
  }
  assert.equal(coloured('a\n'.repeat(10_000), 'python'), '');
  assert.equal(coloured('a'.repeat(500), 'python'), '');
});

test('hostile code takes no time', () => {
  for (const language of ['bash', 'css', 'js', 'json', 'python', 'sql', 'ts', 'xml', 'yaml']) {
    for (const piece of ['[', '(', '"', '<', 'a', '1_', '- ', '${', '=>', '<!--', "'", 'a(']) {
      const line = piece.repeat(400 / piece.length);
      const began = process.cpuUsage();
      coloured(`${line}\n`.repeat(24), language);
      const ms = process.cpuUsage(began).user / 1000;
      assert.ok(ms < 300, `${language} ${piece}: ${ms} ms`);
    }
  }
});
