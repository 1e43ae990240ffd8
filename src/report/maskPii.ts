const phonePattern = /\+?\d[\d\s()-]{5,}\d/g;
const emailPattern = /([\p{L}\d])[\p{L}\d._%+-]*(@[\p{L}\d.-]+)/gu;

/** A phone with its middle hidden: `+79990001122` → `+7999***22`. */
function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  if (digits.length < 7) return phone;
  const lead = /^\s*/.exec(phone)?.[0] ?? '';
  return `${lead}${phone.trimStart().startsWith('+') ? '+' : ''}${digits.slice(0, 4)}***${digits.slice(-2)}`;
}

/** Text with the middles of phones and the names of mailboxes hidden. */
export function maskPii(text: string): string {
  return text.replace(emailPattern, '$1***$2').replace(phonePattern, maskPhone);
}
