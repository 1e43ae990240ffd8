/** How much a problem weighs: an `error` refuses, a `warning` is odd but usable, an `info` is a remark. */
export type Severity = 'error' | 'warning' | 'info';

/** What a code stands for, in words. */
export interface CatalogueEntry {
  readonly severity: Severity;
  /** One sentence: what it means for Roistat and for the shop's reports. */
  readonly means: string;
  /** One sentence: what to do about it. */
  readonly hint: string;
}
