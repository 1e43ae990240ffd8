import { type Option } from 'commander';
import { excerpt } from '../../protocol/excerpt.ts';
import { usageError } from '../errors.ts';
import { type FoundSetting } from './loadSettings.ts';
import { maskSetting } from './maskSetting.ts';

/** Whether the option takes no value: `--strict`, and `--no-color`. */
export const isSwitch = (option: Option): boolean => option.isBoolean() || option.negate;

/**
 * Whether the option may be given several times: it is variadic, or its parser collects (takes the previous value, too;
 * the parser of choices takes it in any case).
 */
export function isRepeatable(option: Option): boolean {
  return option.variadic || (option.argChoices === undefined && (option.parseArg?.length ?? 0) > 1);
}

/** One text of a setting, and where it stands. */
interface Item {
  readonly text: string;
  readonly place: string;
}

/** The texts of a setting: several from a list of a file, or from a variable with several lines. */
function itemsOf(option: Option, { source, value }: FoundSetting): readonly Item[] {
  const place = source.place(option.attributeName());
  if (Array.isArray(value)) {
    if (!isRepeatable(option)) throw usageError(`${place} is a list`, `${option.long} takes one value.`);
    return value.map((item, index) => ({ text: String(item), place: `${place}[${index}]` }));
  }
  if (source.kind === 'config' || !isRepeatable(option)) return [{ text: String(value), place }];
  const lines = String(value)
    .split(/\r?\n/)
    .map((text, index) => ({ text, place: `${place}, line ${index + 1}` }))
    .filter(({ text }) => text !== '');
  return lines.length === 1 ? lines.map(({ text }) => ({ text, place })) : lines;
}

/** The texts as the user wrote them. */
export function textsOf(option: Option, found: FoundSetting): string[] {
  return itemsOf(option, found).map(({ text }) => text);
}

/** The value of an option from what was found for it, by the option's own parser. Throws an error that names the place. */
export function parseSetting(option: Option, found: FoundSetting): unknown {
  const items = itemsOf(option, found);
  if (isSwitch(option)) return items.map((item) => switchValue(option, item))[0];
  if (typeof found.value === 'boolean') {
    const place = found.source.place(option.attributeName());
    throw usageError(`${place} is ${found.value}`, `${option.long} takes a value, not true or false.`);
  }
  return items.reduce<unknown>((previous, item) => parseItem(option, item, previous), undefined);
}

function parseItem(option: Option, item: Item, previous: unknown): unknown {
  if (option.argChoices?.includes(item.text) === false) {
    throw wrongValue(option, item, `Use one of ${option.argChoices.join(', ')}.`);
  }
  if (!option.parseArg) return option.variadic ? [...((previous as string[] | undefined) ?? []), item.text] : item.text;
  try {
    // Its type says that a previous value is a text; it is what the parser gave before.
    return option.parseArg(item.text, previous as string);
  } catch (error) {
    throw wrongValue(option, item, (error as Error).message);
  }
}

const switchValues: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['no', false],
]);

function switchValue(option: Option, item: Item): boolean {
  const value = switchValues.get(item.text.toLowerCase());
  if (value === undefined) throw wrongValue(option, item, 'Use 1 or 0, true or false, yes or no.');
  return value;
}

function wrongValue(option: Option, { text, place }: Item, hint: string): Error {
  return usageError(`${place} is "${excerpt(maskSetting(option.attributeName(), text))}"`, hint);
}
