import { isDeepStrictEqual } from 'node:util'
import { isMapTree, type PlacePath } from './edits.js'

/** The smallest changes of text that make one value of another: what is equal in both is not touched. */

export type TextStep =
  /** Another value in place of the one that is there. */
  | { readonly kind: 'replace'; readonly place: PlacePath; readonly value: unknown }
  /** A member of a map, behind its others. */
  | { readonly kind: 'member'; readonly place: PlacePath; readonly value: unknown }
  /** Elements of a list, before the one that has the position now. */
  | { readonly kind: 'elements'; readonly place: PlacePath; readonly values: readonly unknown[] }
  | { readonly kind: 'remove'; readonly place: PlacePath }

/** Steps from `before` to `after` at a place, to be made one after the other. `undefined` is what is not there. */
export function stepsBetween(before: unknown, after: unknown, place: PlacePath): readonly TextStep[] {
  if (isDeepStrictEqual(before, after)) return []
  if (before === undefined) return [{ kind: 'member', place, value: after }]
  if (isMapTree(before) && isMapTree(after)) return mapSteps(before, after, place)
  if (Array.isArray(before) && Array.isArray(after)) return listSteps(before, after, place)
  return [{ kind: 'replace', place, value: after }]
}

type Map = Readonly<Record<string, unknown>>

function mapSteps(before: Map, after: Map, place: PlacePath): readonly TextStep[] {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  const stays = Object.keys(before).length > gone.length
  // A map that keeps no member is replaced: without members in between its text would be another.
  if (!stays) return [{ kind: 'replace', place, value: after }]
  return [
    ...gone.map((key): TextStep => ({ kind: 'remove', place: [...place, key] })),
    ...Object.entries(after).flatMap(([key, value]) =>
      stepsBetween(Object.hasOwn(before, key) ? before[key] : undefined, value, [...place, key]),
    ),
  ]
}

/**
 * Steps in rounds, whose steps concern different elements of the list: one look at the text does for each round, and a look costs as
 * much as the text is long.
 */
export function roundsOf(steps: readonly TextStep[], list: PlacePath): readonly (readonly TextStep[])[] {
  const isInside = ({ place }: TextStep) => place.length > list.length + 1 && typeof place[list.length] === 'number'
  const byElement = new Map<string | number, TextStep[]>()
  for (const step of steps.filter(isInside)) {
    const element = step.place[list.length]!
    const others = byElement.get(element)
    if (others === undefined) byElement.set(element, [step])
    else others.push(step)
  }
  const stepsOfElements = [...byElement.values()]
  const most = stepsOfElements.reduce((max, { length }) => Math.max(max, length), 0)
  return [
    ...steps.filter((step) => !isInside(step)).map((step) => [step]),
    ...Array.from({ length: most }, (_, i) => stepsOfElements.flatMap((some) => some[i] ?? [])),
  ]
}

/**
 * Elements that are the same by their id or their content stay, with what is written around them; the rest is put in or taken out. A
 * list that keeps none has its new ones written beside the old ones first, as those are.
 */
function listSteps(before: readonly unknown[], after: readonly unknown[], place: PlacePath): readonly TextStep[] {
  if (before.length === 0 || after.length === 0) return [{ kind: 'replace', place, value: after }]
  const pairs = sameElements(before, after)
  const kept = new Map(pairs.map(([old, now]) => [now, old]))
  const gone = before.map((_, old) => old).filter((old) => !pairs.some(([one]) => one === old))
  const taken = gone.reverse().map((old): TextStep => ({ kind: 'remove', place: [...place, old] }))
  const runs = runsWithout(kept, after.length)
  const put = (by: number) =>
    runs.map(({ from, to }): TextStep => {
      return { kind: 'elements', place: [...place, from + by], values: after.slice(from, to) }
    })
  return [
    ...(kept.size > 0 ? [...taken, ...put(0)] : [...put(before.length), ...taken]),
    ...pairs.flatMap(([old, now]) => stepsBetween(before[old], after[now], [...place, now])),
  ]
}

/** Places of elements in a row that are not among some. */
function runsWithout(some: ReadonlyMap<number, unknown>, length: number) {
  const runs: { from: number; to: number }[] = []
  for (let at = 0; at < length; at++) {
    if (some.has(at)) continue
    const last = runs.at(-1)
    if (last?.to === at) last.to++
    else runs.push({ from: at, to: at + 1 })
  }
  return runs
}

/** More comparisons than this are not made: of two long lists whose elements are no longer alike, those in between are others. */
const COMPARED_MAX = 1_000_000

type Pairs = readonly (readonly [before: number, after: number])[]

/** Places of elements that are the same in both lists, in order: those at both ends first, and of those between as much as is alike. */
function sameElements(before: readonly unknown[], after: readonly unknown[]): Pairs {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && isAlike(before[head], after[head])) head++
  let tail = 0
  while (tail < shorter - head && isAlike(before.at(-1 - tail), after.at(-1 - tail))) tail++
  const between = mostAlike(before.slice(head, before.length - tail), after.slice(head, after.length - tail))
  return [
    ...Array.from({ length: head }, (_, i) => [i, i] as const),
    ...between.map(([old, now]) => [head + old, head + now] as const),
    ...Array.from({ length: tail }, (_, i) => [before.length - tail + i, after.length - tail + i] as const),
  ]
}

/** The pairs, in the order of both lists, that are as much alike together as any can be. */
function mostAlike(before: readonly unknown[], after: readonly unknown[]): Pairs {
  if (before.length * after.length > COMPARED_MAX) return []
  const width = after.length + 1
  const best = new Float64Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const share = likeness(before[i], after[j])
      const paired = share > 0 ? best[(i + 1) * width + j + 1]! + share : 0
      best[i * width + j] = Math.max(paired, best[(i + 1) * width + j]!, best[i * width + j + 1]!)
    }
  }
  const pairs: (readonly [number, number])[] = []
  for (let [i, j] = [0, 0]; i < before.length && j < after.length; ) {
    const most = best[i * width + j]!
    if (most === best[(i + 1) * width + j]!) i++
    else if (most === best[i * width + j + 1]!) j++
    else pairs.push([i++, j++])
  }
  return pairs
}

/** 0 for two elements of which one is not the other changed, up to 1 for the same. */
function likeness(a: unknown, b: unknown): number {
  if (isAlike(a, b)) return 1
  if (!isMapTree(a) || !isMapTree(b) || a.id !== b.id) return 0
  const equal = Object.keys(a).filter((key) => Object.hasOwn(b, key) && isDeepStrictEqual(a[key], b[key]))
  return equal.length / Math.max(Object.keys(a).length, Object.keys(b).length)
}

/** The same element: equal, or of one id. */
function isAlike(a: unknown, b: unknown): boolean {
  if (isMapTree(a) && isMapTree(b) && a.id !== undefined) return a.id === b.id
  return isDeepStrictEqual(a, b)
}
