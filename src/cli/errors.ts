/** Exit codes: a contract with scripts and CI. */
export const exitCodes = {
  ok: 0,
  /** The handler's answer, a check or a token verification failed. */
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Cannot connect, timeout, port taken, disk full. */
  environment: 3,
  interrupted: 130,
} as const;

/** An error for the user: what and where in one line, and what to do in another. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(exitCode: number, message: string, hint?: string, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

export function usageError(message: string, hint?: string): CliError {
  return new CliError(exitCodes.usage, message, hint);
}

export function environmentError(message: string, hint?: string, cause?: unknown): CliError {
  return new CliError(exitCodes.environment, message, hint, cause);
}
