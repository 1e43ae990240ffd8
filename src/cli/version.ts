import { readFileSync } from 'node:fs';

/** The version in package.json, which lies two folders up from the source and from the built file alike. */
export const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
