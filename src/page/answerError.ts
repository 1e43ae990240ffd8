/** The server answered, but not what was asked for. */
export class AnswerError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}
