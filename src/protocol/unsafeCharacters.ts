/** What could act on a terminal: controls, marks that reorder text, invisible separators and halves of characters. */
export const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
