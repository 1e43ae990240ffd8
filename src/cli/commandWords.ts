import { mask } from '../protocol/mask.ts';
import { isSecretParameter } from '../protocol/maskToken.ts';

/** An option and its value as they are typed, also for a value that begins like an option. */
export function pair(option: string, value: string | number | undefined): string[] {
  if (value === undefined) return [];
  const text = String(value);
  return text.startsWith('-') ? [`${option}=${text}`] : [option, text];
}

/** An option without a value, where it is given. */
export const flag = (option: string, isGiven: boolean | undefined): string[] => (isGiven ? [option] : []);

/** A name and its value without what is secret. */
export const shownPair = (name: string, op: string, value: string): string =>
  `${name}${op}${isSecretParameter(name) ? mask : value}`;
