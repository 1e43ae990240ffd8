import { type Reporter, type TestModule } from 'vitest/node';

/** Says by name which tests were left out; a run that leaves some out must not look like a whole one. */
export default class LeftOutReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap((module) => [...module.children.allTests('skipped')].map((test) => test.fullName));
    if (names.length === 0) return;
    process.stdout.write(`\n Left out (${names.length}), for this machine lacks what they need:\n`);
    for (const name of names) process.stdout.write(`   - ${name}\n`);
  }
}
