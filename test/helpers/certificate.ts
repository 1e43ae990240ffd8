import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporaryFolder.ts';

/** A new self-signed certificate for 127.0.0.1, made by openssl; `file` can be given as a trusted authority. */
export async function makeCertificate(): Promise<{ file: string; cert: Buffer; key: Buffer }> {
  const folder = await temporaryFolder();
  const file = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  const names = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...args, ...names, '-keyout', keyFile, '-out', file], { stdio: 'ignore' });
  return { file, cert: readFileSync(file), key: readFileSync(keyFile) };
}
