import { isMap, isSeq, type Node, type Pair, stringify, type YAMLMap, type YAMLSeq } from 'yaml'
import type { PlacePath } from './edits.js'
import type { FileText, Found, TextChange } from './file-text.js'
import type { TextStep } from './steps.js'
import { blockLines, flowText, inlineText, isFlow, quotesOf } from './yaml-words.js'

/** One step as changes of the text: only the lines and characters that it concerns. */

const INDENT = '  '

/** A place that aliases or a style of writing keep from being changed by itself. */
export class NotWritable extends Error {}

/** Changes of the text, later places first, so that each may be made without moving those that follow. */
export function changesOf(file: FileText, step: TextStep): readonly TextChange[] {
  switch (step.kind) {
    case 'replace':
      return replaced(file, found(file, step.place), step.value)
    case 'member':
      return withMember(file, step.place, step.value)
    case 'elements':
      return withElements(file, step.place, step.values)
    case 'remove':
      return removed(file, step.place)
  }
}

/** The element at `from` of a block list is cut out with its comments and put before the one at `to`, as they are once it is out. */
export function movedLines(file: FileText, list: PlacePath, from: number, to: number): readonly TextChange[] | null {
  const { value } = found(file, list)
  if (!isSeq(value) || isFlow(value)) return null
  const cut = linesOf(file, value, from)
  if (cut === null) return null
  const others = value.items.map((_, index) => index).filter((index) => index !== from)
  const before = others[to]
  const whole = file.text.slice(cut.from, cut.to)
  const lines = whole.endsWith('\n') ? whole : `${whole}${file.newline}`
  const out = { at: cut.from, removed: whole, inserted: '' }
  if (before !== undefined) {
    const next = linesOf(file, value, before)
    return next === null ? null : laterFirst([out, { at: next.from, removed: '', inserted: lines }])
  }
  const last = linesOf(file, value, others.at(-1)!)
  if (last === null) return null
  const isOpen = !file.text.slice(last.from, last.to).endsWith('\n')
  const put = isOpen ? `${file.newline}${lines.trimEnd()}` : lines
  return laterFirst([out, { at: last.to, removed: '', inserted: put }])
}

function laterFirst(changes: readonly TextChange[]): readonly TextChange[] {
  return changes.toSorted((a, b) => b.at - a.at)
}

function found(file: FileText, place: PlacePath): Found {
  const one = file.find(place)
  if (one === null) throw new NotWritable()
  return one
}

function indented(file: FileText, lines: readonly string[], columns: number): string {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(columns) + line)).join(file.newline)
}

function insertion(at: number, inserted: string): TextChange {
  return { at, removed: '', inserted }
}

function cutting(file: FileText, from: number, to: number, inserted = ''): TextChange {
  return { at: from, removed: file.text.slice(from, to), inserted }
}

function replaced(file: FileText, at: Found, value: unknown): readonly TextChange[] {
  const old = at.value
  if (at.kind === 'root') return replacedRoot(file, old, value)
  const isInFlow = isFlow(at.parent)
  const quotes = quotesOf(old)
  const inline =
    isInFlow || (isFlow(old) && typeof value === 'object' && value !== null)
      ? flowText(value, quotes)
      : inlineText(value, quotes)
  const head = at.kind === 'pair' ? file.colonOf(at.pair) : isInFlow ? null : file.dashOf(at.parent, at.index) + 1
  const start = old?.range?.[0] ?? head!
  const end = old === null || old.range === undefined || old.range === null ? head! : Math.max(file.endOf(old), start)
  const isBlock = old !== null && (isMap(old) || isSeq(old)) && !isFlow(old)
  if (inline !== null) {
    if (!isBlock) {
      const space = head !== null && start === end && file.text[start - 1] !== ' ' ? ' ' : ''
      return [cutting(file, start, end, space + inline)]
    }
    if (at.kind === 'item') return [cutting(file, start, end, inline)]
    return [cutting(file, file.lineEnd(head!), end), insertion(head!, ` ${inline}`)]
  }
  if (at.kind === 'item') {
    const columns = file.column(file.dashOf(at.parent, at.index)) + INDENT.length
    const lines = indented(file, blockLines(value), columns).trimStart()
    return [cutting(file, Math.max(start, head!), end, start <= head! ? ` ${lines}` : lines)]
  }
  const columns = pairColumn(file, at.parent, at.index) + INDENT.length
  const lines = file.newline + indented(file, blockLines(value), columns)
  if (isBlock) return [cutting(file, file.lineEnd(head!), end, lines)]
  const behind = file.lineEnd(end)
  return [insertion(behind, lines), cutting(file, head!, end)]
}

function replacedRoot(file: FileText, old: Node | null, value: unknown): readonly TextChange[] {
  const lines = Object.keys(value as object).length === 0 ? '' : blockLines(value).join(file.newline)
  if (old?.range) return [cutting(file, old.range[0], Math.max(old.range[0], file.endOf(old)), lines)]
  const gap = file.text === '' || file.text.endsWith('\n') ? '' : file.newline
  return [insertion(file.text.length, `${gap}${lines}${file.newline}`)]
}

/** Column of the keys of a map in block style. */
function pairColumn(file: FileText, map: YAMLMap, index: number): number {
  return file.column((map.items[index]!.key as Node).range![0])
}

function withMember(file: FileText, place: PlacePath, value: unknown): readonly TextChange[] {
  const above = place.slice(0, -1)
  const key = String(place.at(-1))
  const owner = file.find(above)
  if (owner === null) {
    // An alias above it would get a key a second time, which is refused as no YAML.
    if (above.length === 0) throw new NotWritable()
    return withMember(file, above, { [key]: value })
  }
  const map = owner.value
  if (!isMap(map) || map.items.length === 0) return replaced(file, owner, { [key]: value })
  const last = map.items.at(-1)!
  if (isFlow(map)) {
    const text = `${flowText({ [key]: value }).replace(/^\{\s*|\s*\}$/g, '')}`
    return [insertionInFlow(file, map, file.endOfPair(last), text)]
  }
  const lines = memberLines(key, value)
  const columns = pairColumn(file, map, 0)
  return [insertion(file.lineEnd(file.endOfPair(last)), file.newline + indented(file, lines, columns))]
}

/** A member of a map in block style: on one line where that suffices. */
function memberLines(key: string, value: unknown): readonly string[] {
  const head = `${stringify(key, { lineWidth: 0 }).trimEnd()}:`
  const inline = inlineText(value)
  return inline === null ? [head, ...blockLines(value).map((line) => INDENT + line)] : [`${head} ${inline}`]
}

function insertionInFlow(file: FileText, node: YAMLMap | YAMLSeq, end: number, text: string): TextChange {
  const rest = file.text.slice(end, node.range![1])
  const comma = /^\s*,/.exec(rest)?.[0]
  return comma === undefined ? insertion(end, `, ${text}`) : insertion(end + comma.length, ` ${text}`)
}

function withElements(file: FileText, place: PlacePath, values: readonly unknown[]): readonly TextChange[] {
  const owner = found(file, place.slice(0, -1))
  const index = place.at(-1) as number
  const list = owner.value
  if (!isSeq(list) || list.items.length === 0) return replaced(file, owner, values)
  const last = list.items.at(-1) as Node
  if (isFlow(list)) {
    const next = list.items[index] as Node | undefined
    const words = values.map((value) => flowText(value)).join(', ')
    if (next?.range) return [insertion(next.range[0], `${words}, `)]
    return [insertionInFlow(file, list, file.endOf(last), words)]
  }
  const columns = file.column(file.dashOf(list, 0))
  const text = values.map((value) => elementLines(file, value, columns, list)).join(file.newline)
  if (index >= list.items.length)
    return [insertion(file.lineEnd(endOfItem(file, list, list.items.length - 1)), file.newline + text)]
  const lines = linesOf(file, list, index)
  if (lines !== null) return [insertion(lines.from, text + file.newline)]
  return [insertion(file.dashOf(list, index), `${text.trimStart()}${file.newline}${' '.repeat(columns)}`)]
}

/** An element of a list in block style, written as its neighbour is. */
function elementLines(file: FileText, value: unknown, columns: number, list: YAMLSeq): string {
  const isOneLine = list.items.every((one) => !isMap(one) || isFlow(one)) || typeof value !== 'object'
  const inline = isOneLine ? inlineText(value) : null
  const lines = inline === null ? blockLines(value) : [inline]
  const [first, ...rest] = lines
  return indented(file, [`- ${first}`, ...rest.map((line) => INDENT + line)], columns)
}

function endOfItem(file: FileText, list: YAMLSeq, index: number): number {
  const item = list.items[index] as Node | null
  const dash = file.dashOf(list, index) + 1
  return item?.range ? Math.max(dash, file.endOf(item)) : dash
}

/** The whole lines of an element with the comments above it; null where it shares its first line with something else. */
function linesOf(file: FileText, list: YAMLSeq, index: number): { from: number; to: number } | null {
  const dash = file.dashOf(list, index)
  if (!file.isFirst(dash)) return null
  const from = index === 0 ? file.lineStart(dash) : file.withCommentsAbove(dash)
  return { from, to: file.nextLine(endOfItem(file, list, index)) }
}

function removed(file: FileText, place: PlacePath): readonly TextChange[] {
  const one = found(file, place)
  if (one.kind === 'root') return replacedRoot(file, one.value, {})
  const { parent, index } = one
  if (parent.items.length === 1) return withoutLast(file, place, isMap(parent) ? {} : [])
  if (isFlow(parent)) return [withoutInFlow(file, parent, index)]
  if (one.kind === 'item') {
    const lines = linesOf(file, one.parent, index)
    if (lines !== null) return [wholeLines(file, lines)]
    const next = file.dashOf(one.parent, index + 1)
    return [cutting(file, file.dashOf(one.parent, index), next)]
  }
  const key = one.pair.key as Node
  const start = key.range![0]
  if (!file.isFirst(start)) return [cutting(file, start, nextText(file, file.nextLine(file.endOfPair(one.pair))))]
  const from = index === 0 ? file.lineStart(start) : file.withCommentsAbove(start)
  return [wholeLines(file, { from, to: file.nextLine(file.endOfPair(one.pair)) })]
}

/** A last line without a line break takes the one before it along. */
function wholeLines(file: FileText, { from, to }: { readonly from: number; readonly to: number }): TextChange {
  const isOpen = to === file.text.length && !file.text.endsWith('\n')
  return cutting(file, isOpen && from > 0 ? file.lineEnd(from - 1) : from, to)
}

/** An empty map or list stays, since a key without a value means another thing. */
function withoutLast(file: FileText, place: PlacePath, empty: object): readonly TextChange[] {
  return replaced(file, found(file, place.slice(0, -1)), empty)
}

function nextText(file: FileText, at: number): number {
  const spaces = /^\s*/.exec(file.text.slice(at))![0]
  return at + spaces.length
}

function withoutInFlow(file: FileText, parent: YAMLMap | YAMLSeq, index: number): TextChange {
  const startOf = (i: number): number => {
    const item = parent.items[i] as Pair | Node
    return 'key' in item ? (item.key as Node).range![0] : (item as Node).range![0]
  }
  const endOf = (i: number): number => {
    const item = parent.items[i] as Pair | Node
    return 'key' in item ? file.endOfPair(item as Pair) : file.endOf(item as Node)
  }
  if (index < parent.items.length - 1) return cutting(file, startOf(index), startOf(index + 1))
  return cutting(file, endOf(index - 1), endOf(index))
}
