/** Counts the things of a list in order of time at or before an instant: the next one belongs behind that many. */
export function countUpTo<T>(list: readonly T[], ms: number, timeOf: (one: T) => number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (timeOf(list[middle]!) <= ms) low = middle + 1
    else high = middle
  }
  return low
}

/** Counts the instants of an ascending list at or before one. */
export function instantsUpTo(list: readonly number[], ms: number): number {
  return countUpTo(list, ms, itself)
}

/** Puts an instant where it belongs; false when it is there. */
export function insertInstant(list: number[], ms: number): boolean {
  const place = instantsUpTo(list, ms)
  if (list[place - 1] === ms) return false
  list.splice(place, 0, ms)
  return true
}

function itself(ms: number): number {
  return ms
}
