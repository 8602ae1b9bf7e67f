import { Document, isCollection, isScalar, Scalar, visit } from 'yaml'
import { isMapTree } from './edits.js'

/** Values as text of the configuration file, in the style that such files are written in by hand. */

/** A text stands on one line, however long it is and whatever is in it. */
const STYLE = {
  lineWidth: 0,
  blockQuote: false,
  minContentWidth: 0,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const

/** A map or list on one line is not longer than this. */
const LINE_LENGTH_MAX = 100
/** Texts that other readers of YAML take for a time of day in base 60, or for true and false. */
const AMBIGUOUS = /^(\d{1,2}:\d{2}(:\d{2})?|y|yes|n|no|on|off)$/i

/** The quotes that a text had before, to go on with. */
export type Quotes = 'QUOTE_DOUBLE' | 'QUOTE_SINGLE' | undefined

/** Lines of a value in block style, without indentation: small maps and lists within it stand on one line. */
export function blockLines(value: unknown): readonly string[] {
  const document = new Document(value)
  visit(document, {
    Scalar: (_key, node) => quoteAmbiguous(node),
    Collection: (key, node, path) => {
      const isTop = path.length === 1 && key === null
      if (!isTop && (node.items.length === 0 || isShort(node.toJS(document)))) node.flow = true
    },
  })
  return document.toString(STYLE).trimEnd().split('\n')
}

/** A value on one line, fit to stand in a flow map or list, and in a block too. */
export function flowText(value: unknown, quotes?: Quotes): string {
  // It is written in a list of its own, since a text that may stand alone unquoted may not always do so in a flow list.
  const document = new Document([value])
  visit(document, {
    Scalar: (_key, node, path) => {
      quoteAmbiguous(node)
      if (path.length === 2 && quotes !== undefined && typeof node.value === 'string') node.type = quotes
    },
    Collection: (_key, node) => {
      node.flow = true
    },
  })
  const text = document.toString(STYLE).trimEnd()
  return text.replace(/\n\s*/g, ' ').slice(1, -1).trim().replace(/,$/, '')
}

/** A value that follows a key or a dash of a block on its line; null for a map or list that takes lines of its own. */
export function inlineText(value: unknown, quotes?: Quotes): string | null {
  if (isMapTree(value) || Array.isArray(value)) {
    return Object.keys(value).length === 0 || isShort(value) ? flowText(value) : null
  }
  const node = new Scalar(value)
  quoteAmbiguous(node)
  if (quotes !== undefined && typeof value === 'string') node.type = quotes
  const document = new Document()
  document.contents = node
  return document.toString(STYLE).trimEnd()
}

/** It fits on a line, and lists in it are of plain values: an element that is a map has a line of its own. */
function isShort(value: unknown): boolean {
  return isFlat(value, 2) && flowText(value).length <= LINE_LENGTH_MAX
}

function isFlat(value: unknown, depth: number): boolean {
  if (Array.isArray(value)) return depth > 0 && value.every((one) => typeof one !== 'object' || one === null)
  return !isMapTree(value) || (depth > 0 && Object.values(value).every((one) => isFlat(one, depth - 1)))
}

function quoteAmbiguous(node: Scalar): void {
  const { value } = node
  if (typeof value === 'string' && (AMBIGUOUS.test(value) || /[\n\r]/.test(value))) node.type = 'QUOTE_DOUBLE'
}

/** True for a map or list that was written between braces or brackets. */
export function isFlow(node: unknown): boolean {
  return isCollection(node) && node.flow === true
}

export function quotesOf(node: unknown): Quotes {
  if (!isScalar(node)) return undefined
  return node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? node.type : undefined
}
