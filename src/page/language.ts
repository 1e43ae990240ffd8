import { en, type Messages } from './messages/en.ts';
import { ru } from './messages/ru.ts';
import { inRussian } from './messages/ruDiagnoses.ts';

const isRussian = /^(ru|be|uk|kk)\b/i.test(navigator.language);

/** Language of the page: Russian where the browser speaks it or a neighbour of it, else English. */
export const language: 'en' | 'ru' = isRussian ? 'ru' : 'en';

/** The texts of the page in that language. */
export const t: Messages = isRussian ? ru : en;

/** A diagnosis of a token in that language; any other text as it is. */
export const diagnosed = (text: string): string => (isRussian ? inRussian(text) : text);
