/** A factor or a setting that lacks makes the total unknown, however short the time: a part of it would be left out. */
export const FATAL: ReadonlySet<string> = new Set(['no_factor', 'bad_config', 'o2_invalid'])
