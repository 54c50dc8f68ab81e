/** The page as a file: its board stands in it, compressed. */

import type { Board } from '../../src/protocol';
import type { Host } from '../host';

export function fileHost(data: Element): Host {
  return {
    follow(show) {
      void unpacked(data.textContent ?? '').then((board) => show(board));
    },
    act: null,
    readRun: null,
    give: null,
    kept: () => ({}),
    keep() {},
  };
}

async function unpacked(base64: string): Promise<Board> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).json();
}
