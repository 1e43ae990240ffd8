/** A moment as `created_date` writes it: UTC, `YYYY-MM-DD HH:MM:SS`. */
export function roistatDate(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

/** The moment that a `created_date` stands for; undefined when it is none. */
export function parseRoistatDate(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const date = new Date(`${text.replace(' ', 'T')}Z`);
  // A date such as 2015-02-30 parses, but as another day.
  return !Number.isNaN(date.getTime()) && roistatDate(date) === text ? date : undefined;
}
