import { valueAt } from './problems.js'
import type { SettingPath } from './shape.js'
import type { YamlFile } from './sources.js'

type Tree = Readonly<Record<string, unknown>>

/** Place from which a part of a profile was taken. */
interface PartOrigin {
  readonly node: Tree
  readonly path: SettingPath
  readonly lineOf: (path: SettingPath) => string
}
/** Parts that one was put together from, the one that counts first. */
type Origins = Map<object, readonly PartOrigin[]>

/**
 * A profile that adds to another, as one that says everything itself: what it says at the top counts instead of the other's;
 * of its messages one with the topic and the parts of a message of the other adds to that, and of its values one with a
 * metric that is there already changes what that says. Its ignored topics are added; its cases are its own. Both are
 * unchecked: what has another form than a profile is left for the schema to refuse.
 */
export function mergedProfile(base: YamlFile, own: YamlFile): YamlFile {
  const origins: Origins = new Map()
  const { extends: _, ...said } = own.tree
  const tree: Record<string, unknown> = { ...base.tree, cases: [], ...said }
  const messages = [base, own].map(({ tree: { messages = [] }, lineOf }) =>
    noted(messages, ['messages'], lineOf, origins),
  )
  const [theirs, ours] = messages
  if (theirs !== null && ours !== null) tree.messages = mergedMessages(theirs!, ours!, origins)
  const ignored = [base.tree.ignored ?? [], own.tree.ignored ?? []]
  if (ignored.every(Array.isArray)) tree.ignored = [...new Set(ignored.flat())]
  return { tree, problems: [], lineOf: (path) => lineIn(tree, path, origins, own, base) }
}

/** The maps of a list, each with where it came from, and their values with them; null when it is no list of maps. */
function noted(list: unknown, at: SettingPath, lineOf: PartOrigin['lineOf'], origins: Origins): readonly Tree[] | null {
  if (!Array.isArray(list) || !list.every(isTree)) return null
  for (const [index, node] of list.entries()) {
    const path = [...at, index]
    origins.set(node, [{ node, path, lineOf }])
    if (node.values !== undefined) noted(node.values, [...path, 'values'], lineOf, origins)
  }
  return list
}

function mergedMessages(theirs: readonly Tree[], ours: readonly Tree[], origins: Origins): readonly Tree[] {
  const all = [...theirs]
  for (const own of ours) {
    const alike = all.flatMap((one, index) => (isSameKind(one, own) ? [index] : []))
    if (alike.length === 0) all.push(own)
    for (const index of alike) all[index] = mergedMessage(all[index]!, own, origins)
  }
  return all
}

/** True when a message adds to another: under the same topic, read in the same parts, and where it says conditions under the same. */
function isSameKind(base: Tree, own: Tree): boolean {
  if (base.topic !== own.topic || base.each !== own.each) return false
  return own.when === undefined || JSON.stringify(own.when) === JSON.stringify(base.when ?? [])
}

function mergedMessage(base: Tree, own: Tree, origins: Origins): Tree {
  const merged: Record<string, unknown> = { ...base, ...own }
  const [theirs, ours] = [base.values ?? [], own.values ?? []]
  if (isTrees(theirs) && isTrees(ours) && theirs.length + ours.length > 0) {
    const values = [...theirs]
    for (const value of ours) {
      const named = values.flatMap((one, index) => (one.metric === value.metric ? [index] : []))
      const placed = named.filter((index) => values[index]!.at === value.at && value.at !== undefined)
      const meant = placed.length > 0 ? placed : named
      if (meant.length === 0) values.push(value)
      for (const index of meant) values[index] = mergedValue(values[index]!, value, origins)
    }
    merged.values = values
  }
  return joined(merged, base, own, origins)
}

/** A value stands in one place, or is a sum: who says one of them says it instead of the other. */
function mergedValue(base: Tree, own: Tree, origins: Origins): Tree {
  const merged: Record<string, unknown> = { ...base, ...own }
  if (own.at !== undefined && own.sum === undefined) delete merged.sum
  if (own.sum !== undefined && own.at === undefined) delete merged.at
  return joined(merged, base, own, origins)
}

function joined(merged: Tree, base: Tree, own: Tree, origins: Origins): Tree {
  origins.set(merged, [...(origins.get(own) ?? []), ...(origins.get(base) ?? [])])
  return merged
}

/** The line of a path: of the profile that says what stands there. */
function lineIn(tree: Tree, path: SettingPath, origins: Origins, own: YamlFile, base: YamlFile): string {
  for (let length = path.length; length > 0; length--) {
    const node = valueAt(tree, path.slice(0, length))
    const parts = isTree(node) ? origins.get(node) : undefined
    if (parts === undefined) continue
    const rest = path.slice(length)
    const part = parts.find(({ node: one }) => rest[0] !== undefined && Object.hasOwn(one, rest[0])) ?? parts[0]!
    return part.lineOf([...part.path, ...rest])
  }
  const [key] = path
  return key !== undefined && !Object.hasOwn(own.tree, key) && Object.hasOwn(base.tree, key)
    ? base.lineOf(path)
    : own.lineOf(path)
}

function isTrees(value: unknown): value is readonly Tree[] {
  return Array.isArray(value) && value.every(isTree)
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
