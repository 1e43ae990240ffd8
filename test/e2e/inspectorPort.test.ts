import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, startProgram, startServe } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** Takes the default port until the test ends. Another program of this machine may have it already; that does as well. */
async function takeDefault(): Promise<void> {
  const blocker = createServer();
  onTestFinished(() => void blocker.close());
  await new Promise((resolve) => blocker.once('listening', resolve).once('error', resolve).listen(8788, '127.0.0.1'));
}

describe('the port of the inspector', () => {
  it('is named when serve is ready, and on loopback whatever the webhook is on', async () => {
    const cwd = await temporaryFolder();
    const program = startProgram(['serve', '--port', '0', '--inspect-port', '0', '--host', '0.0.0.0'], { cwd });
    const [, url = ''] = await program.waitFor(/ {2}Inspect {2}(http:\/\/127\.0\.0\.1:\d+\/)\n/);
    expect((await fetch(url)).status).toBe(200);
    const port = Number(new URL(url).port);
    // Another address of this machine is free to be taken, so nobody listens on all of them.
    const other = createServer().listen(port, '127.0.0.2');
    onTestFinished(() => void other.close());
    await new Promise((resolve, reject) => other.once('listening', resolve).once('error', reject));
    expect((other.address() as AddressInfo).port).toBe(port);
    expect(await program.stop()).toBe(0);
  });

  it('is not open with --no-inspect', async () => {
    const serve = await startServe(['--no-inspect'], { cwd: await temporaryFolder() });
    expect(serve.stdout()).not.toContain('inspect');
    const human = startProgram(['serve', '--port', '0', '--no-inspect'], { cwd: await temporaryFolder() });
    await human.waitFor(/Requests appear below/);
    expect(human.stdout()).not.toContain('Inspect');
  });

  it('ends serve when it was asked for and is taken', async () => {
    const cwd = await temporaryFolder();
    const { port } = new URL(await startHandler(() => {}));
    const { code, stdout, stderr } = await runCli(['serve', '--port', '0', '--inspect-port', port], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      `error: port ${port} of the inspector is taken\nTake a free one with --inspect-port 0, or none with --no-inspect.\n`,
    );
  });

  it('is not that of the webhook: the default gives way, and one that was asked for is wrong usage', async () => {
    const cwd = await temporaryFolder();
    // On an address of its own, so that nobody else has the default port there.
    const serve = startProgram(['serve', '--port', '8788', '--host', '127.0.87.88'], { cwd });
    const [, url = ''] = await serve.waitFor(/listens on http:\/\/127\.0\.87\.88:8788\/\n[^]* {2}Inspect {2}(\S+)\n/);
    const { port } = new URL(url);
    expect(port).not.toBe('8788');
    expect(serve.stderr()).toContain(`note: port 8788 cannot be used, so the inspector is on port ${port}\n`);
    const both = ['--port', '39911', '--inspect-port', '39911'];
    const { code, stdout, stderr } = await runCli(['serve', ...both], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: --port and --inspect-port are the same\nTake a free one with --inspect-port 0\.\n/);
  });

  it('gives way when the default is taken, and says so', async () => {
    const cwd = await temporaryFolder();
    await takeDefault();
    const program = startProgram(['serve', '--port', '0'], { cwd });
    const [, url = ''] = await program.waitFor(/ {2}Inspect {2}(\S+)\n/);
    const { port } = new URL(url);
    expect(port).not.toBe('8788');
    expect(program.stderr()).toBe(`note: port 8788 cannot be used, so the inspector is on port ${port}\n`);
    expect((await fetch(url)).status).toBe(200);
  });

  it('is not spoken of where serve cannot start, so that there is no page', async () => {
    const cwd = await temporaryFolder();
    await takeDefault();
    const { port } = new URL(await startHandler(() => {}));
    const { code, stdout, stderr } = await runCli(['serve', '--port', port], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^error: port \d+ on 127\.0\.0\.1 is taken\n/);
    expect(stderr).not.toContain('inspector');
  });
});
