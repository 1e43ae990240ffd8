import { readFileSync } from 'node:fs';

/** Whether /proc tells what memory a process has: on Linux. */
export const tellsMemory = process.platform === 'linux';

const ofStatus = (pid: number, name: string): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
};

/** The most memory that a process has had so far, in MiB. */
export const peakMemory = (pid: number): number => ofStatus(pid, 'VmHWM');
