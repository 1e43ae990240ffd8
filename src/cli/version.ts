import manifest from '../../package.json' with { type: 'json' };

/** The version of this program; the build writes it into the program. */
export const { version } = manifest;
