import { type Delivery } from '../client/delivery.ts';

/** A request of a check, and what came back. */
export interface Exchange extends Delivery {
  /** What sets this request apart: `a lead without email`. */
  readonly label: string;
}
