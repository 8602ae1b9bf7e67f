import { isAlias, isCollection, isPair, isScalar, type Node, type Pair } from 'yaml'
import { isSecret } from '../problems.js'
import { SECRET_MARK } from './edit-text.js'
import { type EditPath, EditRefused } from './edits.js'
import { FileText } from './file-text.js'

/** Texts of the configuration file leave the gateway without secrets, and come back with marks in their places. */

interface SecretPlace {
  /** With ids of list elements where they have one: it means the same place in another version of the file. */
  readonly path: EditPath
  readonly node: Node
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
  const secrets = new Map(
    known.isYaml ? secretsIn(known).map(({ path, node }) => [JSON.stringify(path), node] as const) : [],
  )
  return secretsIn(file)
    .filter(({ node }) => isScalar(node) && node.value === SECRET_MARK)
    .toSorted((a, b) => file.startOf(b.node) - file.startOf(a.node))
    .reduce((filled, { path, node }) => {
      const secret = secrets.get(JSON.stringify(path))
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
  const look = (node: unknown, path: EditPath): void => {
    if (node === null || node === undefined) return
    const meant = isAlias(node) ? (node.resolve(file.document) as Node | undefined) : (node as Node)
    if (meant === undefined) return
    if (path.length > 0 && isSecret(path)) {
      if (!isScalar(meant) || meant.value !== null) found.set(meant, { path, node: meant })
      return
    }
    // The meaning of an alias is looked at where it stands itself.
    if (isAlias(node) || !isCollection(node)) return
    node.items.forEach((item, index) => {
      if (isPair(item)) look(item.value, [...path, keyText(item)])
      else look(item, [...path, idOf(item) ?? index])
    })
  }
  look(file.document.contents, [])
  return [...found.values()]
}

function keyText({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key)
}

function idOf(item: unknown): string | undefined {
  const id = isCollection(item) ? item.get('id') : undefined
  return typeof id === 'string' ? id : undefined
}
