import { findNoise } from '../protocol/answerNoise.ts';
import { type Exchange } from './exchange.ts';
import { alike } from './describeAnswer.ts';

/** How an answer shows that the handler crashed; undefined when it did not. The same crash reads the same. */
export function crash({ answer, problems }: Exchange): string | undefined {
  if (!answer) return problems[0]?.code;
  const noise = findNoise(answer.body);
  if (noise?.kind === 'PHP message') return `PHP message ${alike(noise.text)}`;
  return answer.status >= 500 ? `HTTP ${answer.status}` : undefined;
}

/** The same, where a page of HTML is no answer either. */
export function breakage(exchange: Exchange): string | undefined {
  const noise = exchange.answer && findNoise(exchange.answer.body);
  return crash(exchange) ?? (noise ? `${noise.kind} ${alike(noise.text)}` : undefined);
}
