/** The folder of this package, two folders up from here and from every file of the built program alike. */
export const packageFolder = new URL('../../', import.meta.url);
