/** Which server is started: the first of the places below that has one. */

export type Origin = 'setting' | 'environment' | 'path' | 'private';

export interface Located {
  command: string;
  origin: Origin;
}

export interface Places {
  /** Whether the user trusts the workspace; if not, only the private server is used. */
  trusted: boolean;
  /** The setting `fourfold.path`, expanded; empty if not set. */
  setting: string;
  exists(path: string): boolean;
  inEnvironment(): Promise<string | undefined>;
  onPath(): Promise<string | undefined>;
  /** Made, or brought up to date, if need be. */
  privateServer(): Promise<string>;
}

export class NoServerAtPathError extends Error {
  constructor(readonly path: string) {
    super(`There is no program at ${path}, which the setting fourfold.path names.`);
  }
}

export async function locate(places: Places): Promise<Located> {
  if (places.trusted) {
    if (places.setting) {
      if (!places.exists(places.setting)) {
        throw new NoServerAtPathError(places.setting);
      }
      return { command: places.setting, origin: 'setting' };
    }
    const inEnvironment = await places.inEnvironment();
    if (inEnvironment) {
      return { command: inEnvironment, origin: 'environment' };
    }
    const onPath = await places.onPath();
    if (onPath) {
      return { command: onPath, origin: 'path' };
    }
  }
  return { command: await places.privateServer(), origin: 'private' };
}
