/** How many bytes a base64 text stands for. */
export function base64Bytes(text: string): number {
  const padding = /=*$/.exec(text)?.[0].length ?? 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}
