/** Sentence that says what is wrong with a topic filter; null when it is well formed. */
export function filterProblem(filter: string): string | null {
  if (filter === '') return 'a topic filter has at least one character [MQTT-4.7.3-1]'
  const levels = filter.split('/')
  for (const [i, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || i !== levels.length - 1)) {
      return 'in a topic filter "#" fills the whole of the last level [MQTT-4.7.1-2]'
    }
    if (level.includes('+') && level !== '+') return 'in a topic filter "+" fills a whole level [MQTT-4.7.1-3]'
  }
  return null
}

/**
 * True when every topic that `inner` matches is matched by `outer` too. A topic name is a filter that matches only
 * itself, so this answers for topics as well.
 */
export function covers(outer: string, inner: string): boolean {
  const wide = outer.split('/')
  const narrow = inner.split('/')
  // [MQTT-4.7.2-1] A wildcard at the start matches no topic that starts with "$".
  if (inner.startsWith('$') && (wide[0] === '#' || wide[0] === '+')) return false
  for (const [i, level] of wide.entries()) {
    // "a/#" matches "a" as well: the parent level is included.
    if (level === '#') return true
    const other = narrow[i]
    if (other === undefined || other === '#') return false
    if (level !== '+' && level !== other) return false
    if (i === wide.length - 2 && wide[i + 1] === '#' && narrow.length === i + 1) return true
  }
  return narrow.length === wide.length
}

/** True when some topic matches both filters. */
export function overlaps(a: string, b: string): boolean {
  const [one, other] = [a.split('/'), b.split('/')]
  // [MQTT-4.7.2-1]
  if (isWildcard(one[0]) && b.startsWith('$')) return false
  if (isWildcard(other[0]) && a.startsWith('$')) return false
  for (let i = 0; ; i++) {
    const [x, y] = [one[i], other[i]]
    // "a/#" matches "a" as well.
    if (x === '#' || y === '#') return true
    if (x === undefined || y === undefined) return x === y
    if (x !== '+' && y !== '+' && x !== y) return false
  }
}

function isWildcard(level: string | undefined): boolean {
  return level === '#' || level === '+'
}
