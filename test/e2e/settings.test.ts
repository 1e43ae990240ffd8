import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, startServe } from '../helpers/cli.ts';
import { folderWith, settingsFileName } from '../helpers/settings.ts';

describe('settings of a folder', () => {
  it('lead the built program to the handler of the profile, with the password of the environment', async () => {
    const env = { ROISTAT_HOOK_PASSWORD: 'c4nary' };
    const serverFolder = await folderWith({ [settingsFileName]: { user: 'demouser', logDir: 'journal' } });
    const server = await startServe([], { cwd: serverFolder, env });
    const cwd = await folderWith({
      [settingsFileName]: {
        user: 'demouser',
        timeout: 5,
        profiles: { local: { url: server.url, phone: 79_990_001_122 } },
      },
      '.env': 'ROISTAT_HOOK_PASSWORD=c4nary\n',
    });
    const accepted = await runCli(['send-lead', '--profile', 'local', '--dotenv', '.env'], { cwd });
    expect(accepted).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('✓ accepted') });
    const wrong = await runCli(['send-lead', '--profile', 'local'], { cwd, env: { ROISTAT_HOOK_PASSWORD: 'other' } });
    expect(wrong.code).toBe(1);
    const { stdout } = await runCli(['config', '--profile', 'local', '--dotenv', '.env'], { cwd });
    expect(stdout).toMatch(/\nphone +79990001122 +profile local\n/);
    expect(stdout).toMatch(/\npassword +\*\*\* +\.env file\n/);
    expect(await server.stop()).toBe(0);
  });

  // Node would take --env-file for itself, wherever it stands, and end with 9.
  it('that are not there or wrong end the built program with 2, and keep no example from being printed', async () => {
    const cwd = await folderWith({ [settingsFileName]: '{"x": 1}' });
    const missing = await runCli(['config', '--dotenv', 'none'], { cwd });
    expect(missing).toMatchObject({ code: 2, stderr: 'error: cannot read none: there is no such file\n' });
    // Sparse: it takes no room on the disk.
    await truncate(join(cwd, settingsFileName), 65 * 1024 * 1024);
    const huge = await runCli(['token', 'a', 'b'], { cwd });
    expect(huge).toMatchObject({ code: 2, stderr: expect.stringContaining('more than 64 MiB') });
    await truncate(join(cwd, settingsFileName), 8);
    expect(await runCli(['token', 'a', 'b'], { cwd })).toMatchObject({ code: 2, stdout: '' });
    expect(await runCli(['example', 'php'], { cwd })).toMatchObject({ code: 0 });
  });
});
