/** `10,000`: a whole number with what parts its thousands. */
export const grouped = (count: number, separator: string): string =>
  String(count).replace(/\B(?=(?:\d{3})+$)/g, separator);
