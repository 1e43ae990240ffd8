import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { thirdPartyLicences } from './thirdParties.mjs';

const source = new URL('src/page/', import.meta.url);
const target = new URL('dist/page/', import.meta.url);

const { outputFiles, metafile } = await build({
  entryPoints: ['src/page/main.tsx'],
  tsconfig: 'src/page/tsconfig.json',
  bundle: true,
  minify: true,
  charset: 'utf8',
  target: 'es2022',
  format: 'esm',
  legalComments: 'none',
  banner: { js: '/* Includes Preact (MIT), https://preactjs.com */' },
  logLevel: 'warning',
  outdir: 'dist/page',
  write: false,
  metafile: true,
});

// The page is one file: asking for a script and a style takes a browser longer than reading them. esbuild leaves no
// `</script` or `</style` in them.
let page = await readFile(new URL('index.html', source), 'utf8');
for (const { path, text } of outputFiles) {
  const place = path.endsWith('.css') ? '<style></style>' : '<script type="module"></script>';
  if (page.split(place).length !== 2) throw new Error(`index.html has no ${place}, or two`);
  page = page.replace(place, () => place.replace('><', () => `>${text}<`));
}
await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await writeFile(new URL('index.html', target), page);
await writeFile(new URL('THIRD-PARTY-LICENSES.txt', target), thirdPartyLicences(Object.keys(metafile.inputs)));
await copyFile(new URL('icon.svg', source), new URL('icon.svg', target));
