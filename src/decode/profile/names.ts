const ID_CHARS_MAX = 64

/**
 * The device id that a name becomes which nobody has mapped: small letters, digits, - and _, everything else a -; ''
 * when nothing is left. Two names can become one id; who has such maps them.
 */
export function deviceIdOf(sent: string): string {
  return sent
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, ID_CHARS_MAX)
    .replace(/-+$/, '')
}

/** The metric that a name in a payload becomes: small letters, digits and _, between words that were run together too; '' when nothing is left. */
export function metricNameOf(sent: string): string {
  return sent
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .slice(0, ID_CHARS_MAX)
    .replace(/_+$/, '')
}
