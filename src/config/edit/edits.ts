import type { ConfigProblem } from '../problems.js'
import { shownValue } from '../problems.js'

/** Changes of the configuration as programs and pages ask for them, and their meaning for the settings as a tree. */

/**
 * Place of a setting, from the top of the file. In a list a text names the element with that `id`, a number its position:
 * `['plants', 'suzhou-1', 'devices', 'main-1', 'line']`.
 */
export type EditPath = readonly (string | number)[]

/**
 * One change. `set` writes a value, and makes the maps and lists above it where there are none; what stays equal in it keeps its text.
 * `add` puts an element into a list, `move` takes one to another place in its list: before the element that `before` names, or to the
 * end. `remove` takes a setting or an element away, which has to be there. A value that is `(secret)` keeps a secret as it is.
 */
export type Edit =
  | { readonly op: 'set'; readonly path: EditPath; readonly value: unknown }
  | {
      readonly op: 'add'
      readonly path: EditPath
      readonly value: unknown
      readonly before?: string | number | undefined
    }
  | { readonly op: 'remove'; readonly path: EditPath }
  | { readonly op: 'move'; readonly path: EditPath; readonly before?: string | number | undefined }

/** A path whose list positions are numbers. */
export type PlacePath = readonly (string | number)[]

/** An edit that cannot be made, said at its path. */
export class EditRefused extends Error {
  constructor(
    readonly path: EditPath,
    readonly problem: string,
    readonly remedy: string,
  ) {
    super(problem)
  }

  /** The same as a problem of the configuration, with `value` as it was given. */
  toProblem(value?: unknown): ConfigProblem {
    const { path, problem, remedy } = this
    return { path: editPathText(path), where: '', value: shownValue(path, value), problem, remedy }
  }
}

/** Written with the ids of list elements: `plants[suzhou-1].devices[2].line`. */
export function editPathText(path: EditPath): string {
  return path.reduce<string>((text, part, index) => {
    const isElement = typeof part === 'number' || LISTS.has(String(path[index - 1] ?? ''))
    if (isElement) return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}

/** Settings that are lists of elements with an id, by the name that they have wherever they stand. */
const LISTS: ReadonlySet<string> = new Set([
  'plants',
  'lines',
  'devices',
  'alarms',
  'factors',
  'products',
  'channels',
  'brokers',
])

export function isMapTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Position that a part of a path means in a list; throws `EditRefused` where there is none, or more than one. */
export function elementPosition(list: readonly unknown[], part: string | number, path: EditPath): number {
  if (typeof part === 'number') {
    if (Number.isInteger(part) && part >= 0 && part < list.length) return part
    throw new EditRefused(path, `is not there: the list has ${list.length} elements`, 'read the configuration again')
  }
  const found = list.flatMap((one, index) => (isMapTree(one) && one.id === part ? [index] : []))
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw new EditRefused(path, 'is not there', 'read the configuration again')
  throw new EditRefused(path, `is there ${found.length} times`, 'name its position in place of its id')
}

/** The same path with positions in place of ids, as far as the tree goes. */
export function placeOf(tree: unknown, path: EditPath): PlacePath {
  let here = tree
  return path.map((part, index) => {
    const place = Array.isArray(here) ? elementPosition(here, part, path.slice(0, index + 1)) : part
    here = isMapTree(here)
      ? Object.hasOwn(here, place)
        ? here[place]
        : undefined
      : Array.isArray(here)
        ? here[place as number]
        : undefined
    return place
  })
}

/** Value at a place; undefined where nothing is. */
export function valueIn(tree: unknown, place: PlacePath): unknown {
  let here = tree
  for (const part of place) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined
    here = (here as Readonly<Record<string | number, unknown>>)[part]
  }
  return here
}

/** The settings after an edit: a new tree, the old one stays as it is. Throws `EditRefused`. */
export function editedTree(tree: unknown, edit: Edit): unknown {
  const place = placeOf(tree, edit.path)
  const there = valueIn(tree, place)
  switch (edit.op) {
    case 'set':
      return withValue(tree, place, edit.value, edit.path)
    case 'add': {
      const list = listToAddTo(there, edit.path)
      const at =
        edit.before === undefined ? list.length : elementPosition(list, edit.before, [...edit.path, edit.before])
      return withValue(tree, place, list.toSpliced(at, 0, edit.value), edit.path)
    }
    case 'remove':
      if (there === undefined) throw new EditRefused(edit.path, 'is not there', 'read the configuration again')
      return without(tree, place)
    case 'move': {
      const { list, from, to } = movement(tree, place, edit)
      return withValue(tree, place.slice(0, -1), list.toSpliced(from, 1).toSpliced(to, 0, list[from]), edit.path)
    }
  }
}

export function listToAddTo(there: unknown, path: EditPath): readonly unknown[] {
  if (there === undefined || there === null) return []
  if (Array.isArray(there)) return there
  throw new EditRefused(path, 'is not a list', 'name the list that the element is put into')
}

/** The list of a move, the position that its element has, and the one that it gets once it is taken out. */
export function movement(
  tree: unknown,
  place: PlacePath,
  edit: Extract<Edit, { op: 'move' }>,
): { readonly list: readonly unknown[]; readonly from: number; readonly to: number } {
  const list = valueIn(tree, place.slice(0, -1))
  const from = place.at(-1)
  if (!Array.isArray(list) || typeof from !== 'number') {
    throw new EditRefused(edit.path, 'is not an element of a list', 'name the element that is moved')
  }
  const { before } = edit
  const at = before === undefined ? list.length : elementPosition(list, before, [...edit.path.slice(0, -1), before])
  return { list, from, to: at > from ? at - 1 : at }
}

function withValue(tree: unknown, [part, ...rest]: PlacePath, value: unknown, path: EditPath): unknown {
  if (part === undefined) return value
  if (Array.isArray(tree)) return tree.with(part as number, withValue(tree[part as number], rest, value, path))
  if (tree !== undefined && tree !== null && !isMapTree(tree)) {
    throw new EditRefused(path, 'stands under a value that is no map', 'set what stands above it first')
  }
  if (typeof part === 'number') throw new EditRefused(path, 'stands in a list that is not there', 'add the element')
  const below = isMapTree(tree) && Object.hasOwn(tree, part) ? tree[part] : undefined
  return { ...tree, [part]: withValue(below, rest, value, path) }
}

function without(tree: unknown, [part, ...rest]: PlacePath): unknown {
  if (Array.isArray(tree)) {
    const index = part as number
    return rest.length === 0 ? tree.toSpliced(index, 1) : tree.with(index, without(tree[index], rest))
  }
  const { [part as string]: below, ...others } = tree as Readonly<Record<string, unknown>>
  return rest.length === 0 ? others : { ...(tree as object), [part as string]: without(below, rest) }
}
