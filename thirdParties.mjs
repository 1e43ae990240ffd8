import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folderOf = /^((?:.*[\\/])?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/;

/**
 * Whose code is among the files that were built in, in which version, and the licences, as they demand.
 * @param {readonly string[]} files
 */
export function thirdPartyLicences(files) {
  const folders = new Set(files.flatMap((file) => folderOf.exec(file)?.[1] ?? []));
  const texts = [...folders].toSorted().map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const licence = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    if (licence === undefined) throw new Error(`${folder} has no licence`);
    return `${manifest.name} ${manifest.version}\n\n${readFileSync(join(folder, licence), 'utf8').trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
