/** The beginning of `text`, at most `limit` characters, with `…` where it was cut. Never splits a surrogate pair. */
export function excerpt(text: string, limit = 80): string {
  if (text.length <= limit) return text;
  return `${text
    .slice(0, limit - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
}
