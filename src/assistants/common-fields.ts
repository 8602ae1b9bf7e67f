/** Fields that each row keeps, equal or not, so that no value is read without them. */
const OWN = new Set(['start', 'end', 'value', 'reason', 'coverage', 'lineage'])

type Row = Readonly<Record<string, unknown>>

/**
 * Rows with what is equal in all of them said once: a row is `{...common, ...row}`. It loses nothing, and a series of a day takes
 * a third of the room.
 */
export function withCommonFields<T extends object>(rows: readonly T[]): { readonly common: Row; readonly rows: Row[] } {
  const all = rows as readonly Row[]
  const [first] = all
  if (first === undefined || all.length === 1) return { common: {}, rows: [...all] }
  const texts = new Map(Object.entries(first).map(([key, value]) => [key, JSON.stringify(value)]))
  const isCommon = (key: string) =>
    !OWN.has(key) && texts.has(key) && all.every((row) => JSON.stringify(row[key]) === texts.get(key))
  const keys = new Set(Object.keys(first).filter(isCommon))
  const pick = (row: Row, isTaken: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(row).filter(([key]) => isTaken(key)))
  return { common: pick(first, (key) => keys.has(key)), rows: all.map((row) => pick(row, (key) => !keys.has(key))) }
}
