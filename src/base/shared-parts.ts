/**
 * The same value with all parts that an earlier one has too taken from that one, so that equal parts are one object: a thousand versions of
 * something large, of which each changes little, take the room of what they change. Elements of a list are looked for by their `id`,
 * those without one at their place.
 */
export function withSharedParts<T>(value: T, earlier: unknown): T {
  if (Object.is(value, earlier)) return value
  if (typeof value !== 'object' || value === null || typeof earlier !== 'object' || earlier === null) return value
  if (Array.isArray(value) !== Array.isArray(earlier)) return value
  return (Array.isArray(value) ? sharedList(value, earlier as unknown[]) : sharedMap(value, earlier)) as T
}

function sharedList(value: readonly unknown[], earlier: readonly unknown[]): readonly unknown[] {
  const byId = new Map(
    earlier.flatMap((one): [unknown, unknown][] => (idOf(one) === undefined ? [] : [[idOf(one), one]])),
  )
  const shared = value.map((one, i) => withSharedParts(one, idOf(one) === undefined ? earlier[i] : byId.get(idOf(one))))
  const isSame = shared.length === earlier.length && shared.every((one, i) => Object.is(one, earlier[i]))
  return isSame ? earlier : shared
}

function sharedMap(value: object, earlier: object): object {
  const before = earlier as Readonly<Record<string, unknown>>
  const entries = Object.entries(value).map(([key, one]) => [key, withSharedParts(one, before[key])] as const)
  const isSame =
    entries.length === Object.keys(before).length &&
    entries.every(([key, one]) => Object.hasOwn(before, key) && Object.is(one, before[key]))
  return isSame ? earlier : Object.fromEntries(entries)
}

function idOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as { readonly id?: unknown }).id : undefined
}
