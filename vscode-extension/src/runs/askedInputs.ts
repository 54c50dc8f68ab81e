/** What is asked for where a prompt lacks values of inputs, and what the server says is missing. */

import type { BoardInput, InputSet } from '../protocol';

/** What was typed for each input, by its name. */
export type Texts = Record<string, string>;

export interface AskedInputs {
  /** Of the prompt. */
  title: string;
  uri: string;
  inputs: BoardInput[];
  sets: InputSet[];
  /** The names of those without which there is no run. */
  missing: string[];
  /** What was given last. */
  typed: Texts;
}

export interface GivenInputs {
  values: Record<string, unknown>;
  typed: Texts;
}

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

/** The inputs of the form: all that the prompt has, and those that it lacks for sure. */
export function inputsToAsk(known: BoardInput[], missing: MissingInput[]): BoardInput[] {
  const names = new Set(known.map(({ name }) => name));
  const others = missing
    .filter(({ name }) => !names.has(name))
    .map((input) => ({ ...input, value: null, example: false, optional: false }));
  return [...known, ...others];
}
