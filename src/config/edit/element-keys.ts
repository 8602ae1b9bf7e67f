import { SECRET_MARK } from '../../base/secret-settings.js'
import { isSecret } from '../problems.js'
import { type EditPath, isMapTree } from './edits.js'

/** Tells which element of a list is the same one in another version of that list, since a secret may only stay with its own. */

/** The names that elements of the lists of the configuration go by, the first one that an element has. */
const NAMES = ['id', 'name', 'mn'] as const

/** The name of an element; undefined where it has none. */
export function nameOf(element: unknown): string | undefined {
  if (!isMapTree(element)) return undefined
  const name = NAMES.map((key) => element[key]).find((value) => typeof value === 'string' || typeof value === 'number')
  return name === undefined ? undefined : String(name)
}

/**
 * A key for each element of the list at a path. An element without a name is the same one only where all but its secrets is equal.
 * Elements of one name, or of one content, are told apart by their order as long as there are equally many.
 */
export function elementKeys(list: readonly unknown[], path: EditPath): readonly string[] {
  const plain = list.map((element, index) => {
    const name = nameOf(element)
    return name === undefined ? JSON.stringify(['', masked(element, [...path, index])]) : JSON.stringify([name])
  })
  const counts = new Map<string, number>()
  for (const key of plain) counts.set(key, (counts.get(key) ?? 0) + 1)
  const passed = new Map<string, number>()
  return plain.map((key) => {
    const order = passed.get(key) ?? 0
    passed.set(key, order + 1)
    return counts.get(key) === 1 ? key : `${key} ${order + 1} of ${counts.get(key)}`
  })
}

/** The value with a mark in place of each secret, its maps by sorted keys. */
function masked(value: unknown, path: EditPath): unknown {
  if (isSecret(path)) return SECRET_MARK
  if (Array.isArray(value)) return value.map((one, index) => masked(one, [...path, index]))
  if (!isMapTree(value)) return value
  const keys = Object.keys(value).sort()
  return keys.map((key) => [key, masked(value[key], [...path, key])])
}
