import {
  type RecordView,
  type ReplayError,
  type ReplayResult,
  type RowList,
  type Session,
} from '../inspector/apiTypes.ts';
import { verdicts } from '../journal/verdict.ts';

/*
 * Whether an answer is one of the inspector. Another program may have taken its port meanwhile, and answer JSON too;
 * what is looked at is what the page cannot do without.
 */

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const hasTexts = (value: unknown, ...names: string[]): value is Fields =>
  isObject(value) && names.every((name) => typeof value[name] === 'string');
const hasNumbers = (value: unknown, ...names: string[]): value is Fields =>
  isObject(value) && names.every((name) => typeof value[name] === 'number');
const isListOf = (value: unknown, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isItem);

const isRow = (value: unknown): boolean =>
  hasTexts(value, 'id', 'verdict', 'title', 'phone') && hasNumbers(value, 'at');

export const isRows = (value: unknown): boolean => isListOf(value, isRow);

export const isRowList = (value: unknown): value is RowList =>
  isObject(value) &&
  isRows(value['rows']) &&
  hasNumbers(value['counts'], ...verdicts) &&
  hasNumbers(value, 'held') &&
  (value['cursor'] === null || typeof value['cursor'] === 'string');

export const isSession = (value: unknown): value is Session =>
  hasTexts(value, 'instance', 'webhook', 'csrf') && isListOf(value['firstLead'], (line) => typeof line === 'string');

export const isRecordView = (value: unknown): value is RecordView =>
  isObject(value) &&
  isRow(value['row']) &&
  isObject(value['record']) &&
  isObject(value['record']['parameters']) &&
  Array.isArray(value['record']['headers']) &&
  isObject(value['meanings']) &&
  Array.isArray(value['problems']) &&
  Array.isArray(value['forwardProblems']);

export const isReplayAnswer = (value: unknown): value is ReplayResult | ReplayError =>
  hasTexts(value, 'error', 'detail') || (hasTexts(value, 'verdict') && Array.isArray(value['problems']));
