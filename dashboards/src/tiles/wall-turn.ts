/** The plant after the one that is shown, or before it, round and round; the first when that one is gone. */
export function nextPlant(ids: readonly string[], shown: string | null, by: 1 | -1): string | null {
  const at = shown === null ? -1 : ids.indexOf(shown)
  if (at < 0) return ids[0] ?? null
  return ids[(at + by + ids.length) % ids.length] ?? null
}
