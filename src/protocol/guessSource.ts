import { type LeadSource } from './samples.ts';

/**
 * What titles of each source begin with. Source document and help pages: the first three; that of the other two is not
 * known, and these are the words of our own samples.
 */
const beginnings: ReadonlyArray<readonly [RegExp, LeadSource]> = [
  [/^звонок от/i, 'calltracking'],
  [/^пойманный лид/i, 'lead-hunter'],
  [/^jivosite/i, 'jivosite'],
  [/^письмо от/i, 'email'],
  [/^заявка с сайта/i, 'form'],
];

/** Where a lead probably came from: Roistat says so nowhere but in the title, whose words its user may change. */
export function guessSource(title: string): LeadSource | undefined {
  return beginnings.find(([pattern]) => pattern.test(title.trimStart()))?.[1];
}
