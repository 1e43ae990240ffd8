/** A moment as `created_date` writes it: UTC, `YYYY-MM-DD HH:MM:SS`. */
export function roistatDate(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}
