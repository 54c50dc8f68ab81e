import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameText } from '../src/sameText';

test('line ends and a byte-order mark make no other text; all else does', () => {
  assert.ok(sameText('a\r\nb\rc\n', 'a\nb\nc\n'));
  assert.ok(sameText('\ufeffa', 'a'));
  assert.ok(sameText('', ''));
  for (const other of ['a\n', 'A', 'a ', '', 'a\ufeff', 'a\u2028']) {
    assert.ok(!sameText('a', other), JSON.stringify(other));
  }
});
