import { type Parameter } from '../protocol/encodeQuery.ts';
import { type Answer, type Judgement } from '../protocol/judgeAnswer.ts';

/** Everything that it takes to send a request again from a shell. */
export interface ReproducibleRequest {
  /** One byte a character (latin1) where it holds bytes that no address may have. */
  readonly url: string;
  /** GET unless another one is given. */
  readonly method?: string;
  readonly body?: Uint8Array | undefined;
  readonly token: string;
  /**
   * A shell command that prints the token, for one that is not that of the credentials; empty for one that was given,
   * which the shell has to know.
   */
  readonly tokenCommand?: string | undefined;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  /** What was not sent and may be shown as little, such as the password that the token is made of. */
  readonly secrets?: readonly string[] | undefined;
  readonly insecure: boolean;
  /** Path of the file, as it was given. */
  readonly cacert: string | undefined;
  readonly proxy: string | undefined;
}

interface SentRequest extends ReproducibleRequest {
  readonly parameters: readonly Parameter[];
  /** Length of the request target as it goes over the wire. */
  readonly targetBytes: number;
}

/** A lead or message that was sent, or only shown, and what came back. */
export interface Delivery extends Pick<Judgement, 'orderId' | 'problems'> {
  /** The value of `action`; empty where none was sent. */
  readonly action: string;
  /** `not-sent` for a dry run. */
  readonly verdict: Judgement['verdict'] | 'unreachable' | 'not-sent';
  readonly request: SentRequest;
  readonly answer: Answer | undefined;
}
