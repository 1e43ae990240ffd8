/** Breaks a text into lines of at most `width` characters at its blanks; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** A text wrapped into the columns, its first line after `first` and the others after as many blanks. */
export function hanging(first: string, text: string, columns: number): string {
  const indent = ' '.repeat(first.length);
  return wrap(text, Math.max(20, columns - first.length))
    .map((line, index) => (index === 0 ? first : indent) + line)
    .join('\n');
}

/** `46 bytes`, `9.1 KiB`. */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return '1 byte';
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** How long something will still take: `12 s`, `29 min`, `2 h 5 min`. */
export function formatTimeLeft(ms: number): string {
  if (ms < 100_000) return `${Math.ceil(ms / 1000)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `0.4 ms`, `12 ms`, `1.2 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
