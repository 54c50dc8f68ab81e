/** Values of inputs as they are typed, read by the kind that the prompt declares. */

/** An input without value, as the server names it. */
export interface MissingInput {
  name: string;
  kind: string;
  description: string | null;
}

/** What a refusal of the server says is missing; nothing where it is about something else. */
export function missingInputs(error: unknown): MissingInput[] {
  const { data } = (error ?? {}) as { data?: { field?: unknown; missing?: unknown } };
  return data?.field === 'inputs' && Array.isArray(data.missing)
    ? (data.missing as MissingInput[])
    : [];
}

export type Read = { value: unknown } | { problem: string };

export function readInput(kind: string, text: string): Read {
  switch (kind) {
    case 'integer':
      return /^\s*[+-]?\d+\s*$/.test(text) && Number.isSafeInteger(Number(text))
        ? { value: Number(text) }
        : { problem: 'A whole number, such as 3' };
    case 'float':
      return text.trim() !== '' && Number.isFinite(Number(text))
        ? { value: Number(text) }
        : { problem: 'A number, such as 0.5' };
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { value: text === 'true' }
        : { problem: 'true or false' };
    case 'array':
      return json(text, Array.isArray, 'A list as JSON, such as ["a", "b"]');
    case 'object':
      return json(text, isObject, 'An object as JSON, such as {"a": 1}');
    default:
      return { value: text };
  }
}

function json(text: string, fits: (value: unknown) => boolean, problem: string): Read {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? { value } : { problem };
  } catch {
    return { problem };
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
