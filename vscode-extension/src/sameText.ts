/** Whether two texts are the same to VS Code, which keeps one kind of line end, and no byte-order mark. */
export function sameText(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(text: string): string {
  return text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
}
