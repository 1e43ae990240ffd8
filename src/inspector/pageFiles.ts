import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const types = {
  'index.html': 'text/html; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  /** What may be run and what may be drawn with it, as a Content-Security-Policy has them: by their hashes. */
  readonly inline: readonly string[];
}

const nameOf = (path: string): string => (path === '/' ? 'index.html' : path.slice(1));

/** Whether the path is one of the page's files. */
export const isPagePath = (path: string): boolean => Object.hasOwn(types, nameOf(path));

/** The page has its script and its style in itself. */
function inlineOf(html: string): string[] {
  return [...html.matchAll(/<(script|style)\b[^>]*>(.*?)<\/\1>/gs)].map(
    ([, kind, text = '']) => `${kind}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
}

async function read(url: URL, type: string): Promise<PageFile> {
  const body = await readFile(url);
  return { type, body, inline: type.startsWith('text/html') ? inlineOf(body.toString()) : [] };
}

/** The files of the built page, each read once. */
export class PageFiles {
  readonly #folder: URL;
  readonly #known = new Map<string, PageFile>();

  constructor(folder: URL) {
    this.#folder = folder;
  }

  /** The file for a path, or undefined for any path that is none of them. Rejects when the page was not built. */
  async get(path: string): Promise<PageFile | undefined> {
    if (!isPagePath(path)) return undefined;
    const name = nameOf(path);
    const file = this.#known.get(name) ?? (await read(new URL(name, this.#folder), types[name as keyof typeof types]));
    this.#known.set(name, file);
    return file;
  }
}
