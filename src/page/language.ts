import { en, type Messages } from './messages/en.ts';
import { ru } from './messages/ru.ts';

const isRussian = /^(ru|be|uk|kk)\b/i.test(navigator.language);

/** Language of the page: Russian where the browser speaks it or a neighbour of it, else English. */
export const language: 'en' | 'ru' = isRussian ? 'ru' : 'en';

/** The texts of the page in that language. */
export const t: Messages = isRussian ? ru : en;
