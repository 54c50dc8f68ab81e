/** Addresses of models, spelt as the server spells them. */

export const OPENAI = 'https://api.openai.com/v1';

/** Scheme, host, port and path; undefined for what is no address of a model. */
export function normalizeEndpoint(text: string): string | undefined {
  try {
    const { protocol, host, pathname, username, password } = new URL(text.trim());
    if (!/^https?:$/.test(protocol) || username || password) {
      return undefined;
    }
    return `${protocol}//${host}${pathname.replace(/\/+$/, '')}`;
  } catch {
    return undefined;
  }
}
