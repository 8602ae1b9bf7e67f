/** The value of a key, made and kept when there is none. */
export function entryOf<K, V>(map: Map<K, V>, key: K, make: (key: K) => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make(key)
  map.set(key, made)
  return made
}

/** The same of keys that devices choose: when there are `max` of them all are forgotten, and made once more. */
export function boundedEntryOf<K, V>(map: Map<K, V>, key: K, max: number, make: (key: K) => V): V {
  if (map.size >= max && !map.has(key)) map.clear()
  return entryOf(map, key, make)
}
