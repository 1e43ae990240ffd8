import { AnswerError } from './answerError.ts';

/** An event of the server; `id` is empty where it has none. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
  readonly id: string;
}

function parseEvent(block: string): StreamEvent {
  const fields = { event: '', data: '', id: '' };
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^(event|data|id): ?(.*)$/.exec(line) ?? [];
    if (name === 'event' || name === 'data' || name === 'id') fields[name] = value;
  }
  return { name: fields.event, data: fields.data, id: fields.id };
}

/**
 * Events as they come in, until the server or `signal` ends them. Read by hand, for EventSource neither tells which
 * status was answered nor lets the page say when to come again. Throws AnswerError for any answer that is no stream.
 */
export async function* readEvents(path: string, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const response = await fetch(path, { signal, headers: { Accept: 'text/event-stream' } });
  const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') ?? false;
  if (!response.ok || !isStream || !response.body) {
    await response.body?.cancel();
    throw new AnswerError(response.status);
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const event of blocks.map(parseEvent)) {
      // A block without data sets the reader up, and is no event.
      if (event.data !== '') yield event;
    }
  }
}
