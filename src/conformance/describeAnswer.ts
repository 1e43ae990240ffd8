import { findNoise, quote } from '../protocol/answerNoise.ts';
import { type Answer } from '../protocol/judgeAnswer.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { findJson } from '../protocol/findJson.ts';
import { type Problem } from '../protocol/problems.ts';
import { type Exchange } from './exchange.ts';

/** The JSON object of an answer of success; undefined when there is none. */
export function answerObject(answer: Answer | undefined): Readonly<Record<string, unknown>> | undefined {
  if (!answer || answer.status < 200 || answer.status >= 300) return undefined;
  const value = findJson(Buffer.from(answer.body).toString('utf8'))?.value;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

/** Whether an answer says that the call was taken, whatever else is wrong with it. */
export function saysOk({ answer }: Exchange): boolean {
  return answerObject(answer)?.['status'] === 'ok';
}

export function errorsOf({ problems }: Exchange): readonly Problem[] {
  return problems.filter(({ severity }) => severity === 'error');
}

/** What came back, on one line: `HTTP 200 and {"status":"ok"}`. */
export function describeAnswer({ answer, problems }: Exchange): string {
  if (!answer) return problems[0]?.detail ?? 'no answer';
  const text = Buffer.from(answer.body).toString('utf8').trim();
  if (text === '') return `HTTP ${answer.status} with an empty body`;
  const noise = findNoise(answer.body);
  if (noise) return `HTTP ${answer.status} and ${noise.kind === 'HTML' ? 'HTML' : 'a message of PHP'}: ${noise.text}`;
  const isJson = findJson(text)?.before === '';
  return `HTTP ${answer.status} and ${isJson ? excerpt(text.replace(/\s+/g, ' '), 120) : quote(text)}`;
}

/** The errors of an answer, one after another, for a finding; an answer without errors is described as it is. */
export function describeErrors(exchange: Exchange): string {
  const errors = errorsOf(exchange);
  return errors.length > 0 ? errors.map(({ detail }) => detail).join('; ') : describeAnswer(exchange);
}

/** Characters of a page that are compared. */
const comparedCharacters = 400;

/** A text without what differs from request to request: the query of a repeated address, times, line numbers. */
export function alike(text: string): string {
  return text.replace(/\?(?:[\w%+&=*-]|\.(?=\w))*/g, '').replace(/\d+/g, '#');
}

/** What makes an answer the answer that it is: two requests with the same one were answered the same way. */
export function fingerprint({ answer, problems }: Exchange): string {
  if (!answer) return problems[0]?.code ?? '';
  const text = Buffer.from(answer.body).toString('utf8');
  const location = answer.headers['location']?.replace(/[?#].*$/s, '') ?? '';
  const json = findJson(text);
  const isTaken = json?.before === '' && answer.status < 400;
  // Pages and errors differ in times, tokens and repeated parameters; the JSON of an answer is taken as it is.
  const body = isTaken ? text.trim() : alike(quote(text, comparedCharacters * 4)).slice(0, comparedCharacters);
  return `${answer.status} ${location} ${body}`;
}
