import { DAY_MS } from '../base/durations.js'

/** Most series have a reading close by: so far is looked for it first, then further, then through the whole table, ms. */
const REACHES_MS = [DAY_MS, 16 * DAY_MS, Infinity]

/**
 * Looks for what is nearest to an instant, further and further away, until all that is wanted is found. The table of readings is
 * in order of arrival and has no index: a search without a bound looks at all of it.
 * @param look gives what it finds of the wanted, within so many ms
 */
export async function nearbyFirst<Key, Found>(
  wanted: readonly Key[],
  look: (wanted: readonly Key[], reachMs: number) => Promise<ReadonlyMap<Key, Found>>,
): Promise<Map<Key, Found>> {
  const found = new Map<Key, Found>()
  for (const reachMs of REACHES_MS) {
    const missing = wanted.filter((key) => !found.has(key))
    if (missing.length === 0) break
    for (const [key, one] of await look(missing, reachMs)) found.set(key, one)
  }
  return found
}
