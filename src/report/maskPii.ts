/** Digits, and what people write between them. */
const phonePattern = /\+?\p{Nd}(?:[\s\p{Pd}().,/_~*\u00ad]{0,3}\p{Nd}){6,}/gu;
/** Bounded, for on a long text without @ an open one takes time that grows with its square. */
const emailPattern = /([^\s@<>"]?)[^\s@<>"]{0,63}(@[\p{L}\d.-]{1,253})/gu;

/** A phone with its middle hidden: `+79990001122` → `+7999***22`. */
function maskPhone(phone: string): string {
  const digits = phone.replace(/\P{Nd}/gu, '');
  return `${phone.startsWith('+') ? '+' : ''}${digits.slice(0, 4)}***${digits.slice(-2)}`;
}

/** Text with the middles of phones and the names of mailboxes hidden. */
export function maskPii(text: string): string {
  const withoutEmails = text.includes('@') ? text.replace(emailPattern, '$1***$2') : text;
  return withoutEmails.replace(phonePattern, maskPhone);
}
