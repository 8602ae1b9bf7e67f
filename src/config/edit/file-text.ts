import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { PlacePath } from './edits.js'

/** The text of a configuration file with the places of its settings in it. */

/** A piece of text in place of another. */
export interface TextChange {
  /** The place at which it begins, in UTF-16 units. */
  readonly at: number
  readonly removed: string
  readonly inserted: string
}

export type Found =
  | {
      readonly kind: 'pair'
      readonly parent: YAMLMap
      readonly index: number
      readonly pair: Pair
      readonly value: Node | null
    }
  | { readonly kind: 'item'; readonly parent: YAMLSeq; readonly index: number; readonly value: Node | null }
  | { readonly kind: 'root'; readonly value: Node | null }

/** Some editors begin a file with it; it takes no place on its line. */
const BYTE_ORDER_MARK = '\uFEFF'

export class FileText {
  readonly text: string
  readonly document: Document.Parsed

  constructor(text: string) {
    this.text = text
    this.document = parseDocument(text, { keepSourceTokens: true, prettyErrors: false })
  }

  get isYaml(): boolean {
    return this.document.errors.length === 0
  }

  /** End of a line in this file. */
  get newline(): string {
    return this.text.includes('\r\n') ? '\r\n' : '\n'
  }

  get tree(): unknown {
    return this.document.toJS() ?? {}
  }

  /** The setting at a place; null where nothing is, or where an alias stands for it or for what is above it. */
  find(place: PlacePath): Found | null {
    let found: Found = { kind: 'root', value: this.document.contents }
    for (const part of place) {
      const value: Node | null = found.value as Node | null
      if (isMap(value)) {
        const index = value.items.findIndex(({ key }) => String(isScalar(key) ? key.value : key) === String(part))
        const pair: Pair | undefined = value.items[index]
        if (pair === undefined) return null
        found = { kind: 'pair', parent: value, index, pair, value: pair.value as Node | null }
      } else if (isSeq(value)) {
        const item: unknown = value.items[part as number]
        if (item === undefined) return null
        found = { kind: 'item', parent: value, index: part as number, value: item as Node | null }
      } else return null
    }
    return isAlias(found.value) ? null : found
  }

  lineStart(at: number): number {
    return this.text.lastIndexOf('\n', at - 1) + 1
  }

  /** End of the line without its line break. */
  lineEnd(at: number): number {
    const end = this.text.indexOf('\n', at)
    if (end === -1) return this.text.length
    return end > at && this.text[end - 1] === '\r' ? end - 1 : end
  }

  /** Beginning of the line after; the end of the text where it is the last. */
  nextLine(at: number): number {
    const end = this.text.indexOf('\n', at)
    return end === -1 ? this.text.length : end + 1
  }

  /** Characters before a place on its line. */
  column(at: number): number {
    const start = this.lineStart(at)
    return at - start - (start === 0 && at > 0 && this.text.startsWith(BYTE_ORDER_MARK) ? 1 : 0)
  }

  /** True when nothing but spaces stands before it on its line. */
  isFirst(at: number): boolean {
    return this.text.slice(this.lineStart(at), at).trim() === ''
  }

  /** The place at which the text of a value begins: the dash of a list in block style, else its first character. */
  startOf(node: Node): number {
    return node.range![0]
  }

  /** The place at which the text of a value ends, without comments and line breaks behind it. */
  endOf(node: Node): number {
    if (isCollection(node) && node.flow !== true) {
      const last = node.items.at(-1)
      if (last === undefined) return node.range![1]
      if (!isPair(last)) return this.endOf(last as Node)
      return this.endOfPair(last)
    }
    let end = node.range![1]
    while (end > node.range![0] && /[\r\n]/.test(this.text[end - 1]!)) end--
    return end
  }

  endOfPair(pair: Pair): number {
    const key = pair.key as Node
    const value = pair.value as Node | null
    const colon = this.colonOf(pair)
    if (value === null || value.range === undefined || value.range![1] <= colon) return colon
    return Math.max(colon, this.endOf(value), key.range![1])
  }

  /** End of the colon behind a key. */
  colonOf(pair: Pair): number {
    const key = pair.key as Node
    const at = this.text.indexOf(':', key.range![1])
    return at === -1 ? key.range![1] : at + 1
  }

  /** The dash of an element of a list in block style. */
  dashOf(list: YAMLSeq, index: number): number {
    const token = list.srcToken as
      | { readonly items?: readonly { readonly start: readonly SourceToken[] }[] }
      | undefined
    const dash = token?.items?.[index]?.start.find(({ type }) => type === 'seq-item-ind')
    return dash?.offset ?? (list.items[index] as Node).range![0]
  }

  /** The place in which lines of comment begin that stand right above, as deep as what they speak of. */
  withCommentsAbove(at: number): number {
    const depth = this.column(at)
    let start = this.lineStart(at)
    while (start > 0) {
      const above = this.lineStart(start - 1)
      const line = this.text.slice(above, start)
      if (!/^ *#/.test(line) || line.indexOf('#') !== depth) break
      start = above
    }
    return start
  }
}

interface SourceToken {
  readonly type: string
  readonly offset: number
}
