import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds once, so that the end-to-end tests run the program that users run. */
export default function setup(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' });
}
