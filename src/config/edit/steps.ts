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

/** Elements that are alike at both ends stay; those between are changed one by one, put in or taken out. */
function listSteps(before: readonly unknown[], after: readonly unknown[], place: PlacePath): readonly TextStep[] {
  if (before.length === 0 || after.length === 0) return [{ kind: 'replace', place, value: after }]
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && isAlike(before[head], after[head])) head++
  let tail = 0
  while (tail < shorter - head && isAlike(before.at(-1 - tail), after.at(-1 - tail))) tail++
  const removed = before.length - head - tail
  const added = after.slice(head, after.length - tail)
  if (head + tail === 0) return [{ kind: 'replace', place, value: after }]
  const isKept = (index: number) => index < head || index >= after.length - tail
  const moved = (index: number) => (index < head ? index : index - after.length + before.length)
  return [
    ...Array.from({ length: removed }, (): TextStep => ({ kind: 'remove', place: [...place, head] })),
    ...(added.length === 0 ? [] : [{ kind: 'elements', place: [...place, head], values: added } as const]),
    ...after.flatMap((value, index) =>
      isKept(index) ? stepsBetween(before[moved(index)], value, [...place, index]) : [],
    ),
  ]
}

/** The same element: equal, or of one id. */
function isAlike(a: unknown, b: unknown): boolean {
  if (isMapTree(a) && isMapTree(b) && a.id !== undefined) return a.id === b.id
  return isDeepStrictEqual(a, b)
}
