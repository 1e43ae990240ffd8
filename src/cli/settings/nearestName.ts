/** How much of a name may be misspelt for the nearest one to be a likely guess; of a short one, two letters. */
const likelyPart = 0.4;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');

/** The known name that is most like the given one, whatever its case, hyphens and underscores; undefined when none is. */
export async function nearestName(name: string, known: readonly string[]): Promise<string | undefined> {
  // Loaded here, for only a mistake needs it.
  const { closestMatch } = await import('leven');
  const byPlain = new Map(known.map((other) => [plain(other), other]));
  const target = plain(name);
  const maxDistance = Math.max(Math.min(2, target.length - 1), Math.floor(target.length * likelyPart));
  return byPlain.get(closestMatch(target, [...byPlain.keys()], { maxDistance }) ?? '');
}
