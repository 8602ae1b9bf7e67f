import { isAlias, isCollection, isNode, isPair, isScalar, type Node, type Pair, visit } from 'yaml'
import { SECRET_MARK } from '../../base/secret-settings.js'
import { isSecret } from '../problems.js'
import { type EditPath, EditRefused, isMapTree } from './edits.js'
import { elementKeys, nameOf } from './element-keys.js'
import { FileText } from './file-text.js'

/** Texts of the configuration file leave the gateway without secrets, and come back with marks in their places. */

interface SecretPlace {
  /** Path with the names of list elements where they have one. */
  readonly path: EditPath
  /** Means the same place in another version of the file. */
  readonly key: string
  readonly node: Node
  /** Anchors of the value and of what it stands in. */
  readonly anchors: readonly string[]
}

/** The text with a mark in place of each secret; null for one that is no YAML, in which nobody can tell where secrets stand. */
export function maskedText(text: string): string | null {
  const file = new FileText(text)
  if (!file.isYaml) return null
  const places = secretsIn(file).map(({ node }) => ({ from: file.startOf(node), to: file.endOf(node) }))
  return places
    .toSorted((a, b) => b.from - a.from)
    .reduce((shown, { from, to }) => shown.slice(0, from) + SECRET_MARK + shown.slice(to), text)
}

/**
 * The text with the secrets of another version of the file where its marks are. Throws `EditRefused` at a mark for which that has
 * none. A text that is no YAML stays as it is.
 */
export function unmaskedText(text: string, other: string): string {
  const file = new FileText(text)
  if (!file.isYaml || !text.includes(SECRET_MARK)) return text
  const known = new FileText(other)
  const secrets = new Map(known.isYaml ? secretsIn(known).map(({ key, node }) => [key, node] as const) : [])
  const open = openAliases(file)
  return secretsIn(file)
    .filter(({ node }) => isScalar(node) && node.value === SECRET_MARK)
    .toSorted((a, b) => file.startOf(b.node) - file.startOf(a.node))
    .reduce((filled, { path, key, node, anchors }) => {
      if (anchors.some((anchor) => open.has(anchor))) {
        throw new EditRefused(path, 'has an alias at a setting that is no secret', 'write both values out')
      }
      const secret = secrets.get(key)
      if (secret === undefined) {
        throw new EditRefused(path, 'stands for a secret that the file does not have', 'write the secret out')
      }
      const written = isScalar(secret) && !String(secret.type).startsWith('BLOCK')
      const source = written
        ? other.slice(known.startOf(secret), known.endOf(secret))
        : JSON.stringify(secret.toJS(known.document))
      return filled.slice(0, file.startOf(node)) + source + filled.slice(file.endOf(node))
    }, text)
}

function secretsIn(file: FileText): readonly SecretPlace[] {
  const found = new Map<Node, SecretPlace>()
  const look = (node: unknown, value: unknown, path: EditPath, keys: EditPath, above: readonly string[]): void => {
    if (node === null || node === undefined) return
    const meant = isAlias(node) ? (node.resolve(file.document) as Node | undefined) : (node as Node)
    if (meant === undefined) return
    const anchors = isNode(node) && 'anchor' in node && node.anchor !== undefined ? [...above, node.anchor] : above
    if (path.length > 0 && isSecret(path)) {
      if (isScalar(meant) && meant.value === null) return
      const own = isAlias(node) ? [...anchors, node.source] : anchors
      found.set(meant, { path, key: JSON.stringify(keys), node: meant, anchors: own })
      return
    }
    // The meaning of an alias is looked at where it stands itself.
    if (isAlias(node) || !isCollection(node)) return
    const elements = Array.isArray(value) ? value : []
    const names = elementKeys(elements, path)
    node.items.forEach((item, index) => {
      const key = isPair(item) ? keyText(item) : index
      const inner = isMapTree(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined
      const [shown, meaning] = isPair(item) ? [key, key] : [nameOf(inner) ?? index, names[index] ?? index]
      look(isPair(item) ? item.value : item, inner, [...path, shown], [...keys, meaning], anchors)
    })
  }
  look(file.document.contents, treeOf(file), [], [], [])
  return [...found.values()]
}

/** Anchors that stand for a value where it is shown: at a setting that is no secret, or in place of a key. */
function openAliases(file: FileText): ReadonlySet<string> {
  const open = new Set<string>()
  visit(file.document, {
    Alias: (position, { source }, ancestors) => {
      const keys = ancestors.filter(isPair).map(keyText)
      if (position !== 'value' || !isSecret(keys)) open.add(source)
    },
  })
  return open
}

function keyText({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key)
}

/** The settings of a text; nothing where its aliases cannot be resolved. */
function treeOf(file: FileText): unknown {
  try {
    return file.tree
  } catch {
    return undefined
  }
}
