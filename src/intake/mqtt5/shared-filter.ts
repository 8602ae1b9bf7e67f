/** Topic filters of shared subscriptions, MQTT 5 §4.8.2: `$share/NAME/FILTER`. */
const SHARE = '$share/'

export function isShared(filter: string): boolean {
  return filter.startsWith(SHARE)
}

/** The filter that topics are compared with: what stands behind the name, or all of it when nothing is shared. */
export function filterBehind(filter: string): string {
  return isShared(filter) ? filter.slice(filter.indexOf('/', SHARE.length) + 1) : filter
}

/** Sentence that says what is wrong with the name of a share, or that nothing is behind it; null when it is well formed. */
export function shareProblem(filter: string): string | null {
  if (!isShared(filter)) return null
  const nameEnd = filter.indexOf('/', SHARE.length)
  if (nameEnd === SHARE.length) return 'a shared subscription without a name [MQTT-4.8.2-1]'
  if (nameEnd < 0 || nameEnd === filter.length - 1) return 'a shared subscription without a filter [MQTT-4.8.2-2]'
  const hasWildcard = /[+#]/.test(filter.slice(SHARE.length, nameEnd))
  return hasWildcard ? 'a wildcard in the name of a shared subscription [MQTT-4.8.2-2]' : null
}
