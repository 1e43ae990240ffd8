import { decodeOnce, fourBytes, manglings, needsUtf8mb4 } from './manglings.ts';

/** What became of a value on its way into the CRM. */
export type StoredState =
  | { readonly state: 'intact' }
  /** Nothing that is like the value is stored. */
  | { readonly state: 'absent' }
  | { readonly state: 'changed'; readonly how: string; readonly advice: string; readonly stored: string };

/** Shorter beginnings are too likely to stand in a text by chance. */
const shortestBeginning = 12;

/** The longest beginning of the value that ends a stored text, when the text was cut. */
function cutAt(stored: string, sent: string): number {
  const start = stored.indexOf(sent.slice(0, shortestBeginning));
  if (start < 0) return 0;
  // A cut within a character leaves a replacement character, a polite one an ellipsis.
  const tail = stored
    .slice(start)
    .trimEnd()
    .replace(/(?:[?\u2026]|\uFFFD{1,3}|\.{3})$/, '');
  return tail.length < sent.length && sent.startsWith(tail) ? tail.length : 0;
}

function findCut(leaves: readonly string[], sent: string): StoredState | undefined {
  for (const stored of leaves) {
    const length = cutAt(stored, sent);
    if (length === 0) continue;
    const atEmoji = new RegExp(`^(?:${fourBytes.source})`, 'u').test(sent.slice(length).trimStart());
    const advice = atEmoji
      ? `It ends before an emoji. ${needsUtf8mb4}`
      : 'Give the column room (TEXT instead of VARCHAR), and cut nothing on the way.';
    return { state: 'changed', how: `is cut after ${length} of ${sent.length} characters`, advice, stored };
  }
  return undefined;
}

const unifyLineEnds = (text: string): string => text.replace(/\r\n?/g, '\n');

/**
 * What became of a value, given all texts of the stored order. `anchor` is a beginning of the value that no storage
 * changes; it finds a text that was spoiled in an unknown way. Line ends may change, and other text may stand around.
 */
export function compareStored(sent: string, anchor: string, stored: readonly string[]): StoredState {
  const leaves = stored.map(unifyLineEnds);
  if (leaves.some((leaf) => leaf.includes(sent))) return { state: 'intact' };
  for (const { how, advice, shows } of manglings) {
    const leaf = leaves.find((candidate) => shows(candidate, sent));
    if (leaf !== undefined) return { state: 'changed', how, advice, stored: leaf };
  }
  const cut = findCut(leaves, sent);
  if (cut) return cut;
  const leaf = leaves.find((candidate) => candidate.includes(anchor));
  const advice = 'Store the text as it came.';
  return leaf === undefined ? { state: 'absent' } : { state: 'changed', how: 'is changed', advice, stored: leaf };
}

/** The same for a name, which a CRM may take apart into first and last name. */
export function compareStoredName(sent: string, anchor: string, stored: readonly string[]): StoredState {
  const isWhole = sent.split(' ').every((word) => stored.some((leaf) => leaf.includes(word)));
  return isWhole ? { state: 'intact' } : compareStored(sent, anchor, stored);
}

const bare = (phone: string): string => phone.replace(/[\s().-]/g, '');

/** The same for a phone, which a CRM may write with other blanks, brackets and hyphens; its "+" has to stay. */
export function compareStoredPhone(sent: string, stored: readonly string[]): StoredState {
  const digits = bare(sent).replace(/^\+/, '');
  if (stored.some((candidate) => bare(candidate).includes(`+${digits}`))) return { state: 'intact' };
  const leaf = stored.find((candidate) => bare(candidate).includes(digits));
  if (leaf === undefined) return { state: 'absent' };
  const advice = `${decodeOnce} If the CRM keeps phones without "+" on purpose, leave this check out with --skip.`;
  return { state: 'changed', how: 'lost its "+"', advice, stored: leaf };
}
