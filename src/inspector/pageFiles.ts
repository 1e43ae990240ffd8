import { readFile } from 'node:fs/promises';

const types = {
  'index.html': 'text/html; charset=utf-8',
  'main.js': 'text/javascript; charset=utf-8',
  'main.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const nameOf = (path: string): string => (path === '/' ? 'index.html' : path.slice(1));

/** Whether the path is one of the page's files. */
export const isPagePath = (path: string): boolean => Object.hasOwn(types, nameOf(path));

/**
 * The file of the built page for a path, or undefined for any path that is not one of four. Rejects when the page was
 * not built.
 */
export async function pageFile(folder: URL, path: string): Promise<PageFile | undefined> {
  if (!isPagePath(path)) return undefined;
  const name = nameOf(path);
  return { type: types[name as keyof typeof types], body: await readFile(new URL(name, folder)) };
}
