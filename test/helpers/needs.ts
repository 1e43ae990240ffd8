import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What some tests need of the machine. In CI all of it has to be there: nothing is left out quietly. */
function need(name: string, isThere: boolean): boolean {
  if (!isThere && process.env['CI']) throw new Error(`CI needs ${name}`);
  return isThere;
}

const succeeds = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Use as `describe.runIf(hasPhp)('… (needs PHP)', …)`. */
export const hasPhp = need('php', succeeds('php', '--version'));
export const hasCurl = need('curl', succeeds('curl', '--version'));
/** Root may mount a small tmpfs, to fill a disk. */
export const canMount = need('root, to mount a tmpfs', process.getuid?.() === 0 && succeeds('mount', '--version'));
/** strace lets system calls fail, and needs ptrace, which a container may forbid. */
export const hasStrace = need(
  'strace, and ptrace permitted',
  succeeds('strace', '-f', '-qqq', '-o', '/dev/null', 'true'),
);
export const hasOpenssl = need('openssl', succeeds('openssl', 'version'));
export const hasPython = need('python3', succeeds('python3', '--version'));
export const hasJq = need('jq', succeeds('jq', '--version'));
export const hasBash = need('bash', succeeds('bash', '--version'));
export const hasZsh = need('zsh', succeeds('zsh', '--version'));
export const hasFish = need('fish', succeeds('fish', '--version'));

/** The browser that the inspector is tested in. */
export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
export const hasChromium = need('chromium', chromiumPath !== undefined);
