/** A payload as a reader sees it: lines of pieces, each word of it exactly as it came. */

type PieceKind = 'key' | 'value' | 'sign'
interface Piece {
  readonly kind: PieceKind
  readonly text: string
}
export type Line = readonly Piece[]

/** Longest object or array, in characters, that is written on one line. */
const INLINE_CHARS = 44
const INDENT = '  '
/** Thousands of brackets must not become lines of thousands of blanks. */
const INDENTS_MAX = 16

/** A string that may have been cut, a sign, or a number or word. */
const TOKEN = /\s*("(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+)/gs

/**
 * The lines of a JSON text, indented, and otherwise untouched: numbers keep their digits and a key that came twice
 * stands twice, which a parser would hide. Of a text that was cut, as far as it goes. null for what is no JSON.
 */
export function jsonLines(text: string, wasCut = false): readonly Line[] | null {
  const begins = /^\s*[[{]/.test(text)
  if (!begins || (!wasCut && parsed(text) === undefined)) return null
  const tokens = [...text.matchAll(TOKEN)].map(([, token = '']) => token)
  const lines: Piece[][] = [[]]
  const put = (text: string, kind: PieceKind) => lines.at(-1)!.push({ kind, text })
  const newLine = (depth: number) =>
    lines.push(depth > 0 ? [{ kind: 'sign', text: INDENT.repeat(Math.min(depth, INDENTS_MAX)) }] : [])
  let depth = 0
  let inlineEnd = -1
  for (const [i, token] of tokens.entries()) {
    const isInline = i <= inlineEnd
    if (token === '{' || token === '[') {
      if (!isInline) inlineEnd = depth === 0 ? -1 : endOfInline(tokens, i)
      depth++
      if (isInline || inlineEnd >= i) {
        put(token === '{' && tokens[i + 1] !== '}' ? '{ ' : token, 'sign')
        continue
      }
      put(token, 'sign')
      newLine(depth)
    } else if (token === '}' || token === ']') {
      depth = Math.max(0, depth - 1)
      if (isInline) {
        put(token === '}' && tokens[i - 1] !== '{' ? ' }' : token, 'sign')
        continue
      }
      newLine(depth)
      put(token, 'sign')
    } else if (token === ',') {
      put(isInline ? ', ' : ',', 'sign')
      if (!isInline) newLine(depth)
    } else if (token === ':') put(': ', 'sign')
    else put(token, tokens[i + 1] === ':' ? 'key' : 'value')
  }
  return lines
}

/** Index of the token that closes the bracket at `at`, if all between fits on a line; -1 if not. */
function endOfInline(tokens: readonly string[], at: number): number {
  let depth = 0
  let chars = 0
  for (let i = at; i < tokens.length; i++) {
    const token = tokens[i]!
    chars += token.length + 1
    if (chars > INLINE_CHARS) return -1
    if (token === '{' || token === '[') depth++
    if ((token === '}' || token === ']') && --depth === 0) return i
  }
  return -1
}

/** The lines of any other text; what cannot be printed is written as an escape. */
export function plainLines(text: string): readonly Line[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must be made visible
  const visible = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (char) => {
    return char === '\r' ? '\\r' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return visible.split('\n').map((line) => [{ kind: 'value', text: line }])
}

const HEX_ROW = 16

/** Text that the gateway writes for a payload that is no text. */
const HEX = /^hex: ((?:[0-9a-f]{2} ?)*)(?:…)?$/

export const isBinary = (sample: string) => HEX.test(sample)

/** The bytes that a sample was made of, as far as it shows them; replacement characters are bytes of their own. */
function bytesOf(sample: string): Uint8Array {
  const pairs = HEX.exec(sample)?.[1]
  if (pairs === undefined) return new TextEncoder().encode(sample)
  return Uint8Array.from(pairs.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Sixteen bytes a line with their characters; null when the text has lost the bytes it was made of. */
export function hexLines(text: string): readonly Line[] | null {
  // Bytes that were not UTF-8 came as replacement characters, whose bytes are not those of the device.
  if (text.includes('\ufffd')) return null
  const bytes = bytesOf(text)
  const lines: Line[] = []
  for (let at = 0; at < bytes.length; at += HEX_ROW) {
    const row = [...bytes.subarray(at, at + HEX_ROW)]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const shown = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push([
      { kind: 'value', text: hex.padEnd(HEX_ROW * 3 + 1) },
      { kind: 'key', text: shown },
    ])
  }
  return lines
}

/** One metric of a message as it was sent. */
export interface SentReading {
  readonly metric: string
  readonly value: unknown
  /** null when the message names none. */
  readonly unit: string | null
  /** Event time of its message, epoch ms or RFC 3339 as sent; null when it has none. */
  readonly ts: number | string | null
}

type JsonObject = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The metrics of a message, of several in an array those of the last that is whole. */
export function sentReadings(text: string, wasCut = false): readonly SentReading[] {
  const content = parsed(text) ?? (wasCut ? parsed(mended(text)) : undefined)
  const message: unknown = Array.isArray(content)
    ? content.findLast((element) => isObject(element) && isObject(element.metrics))
    : content
  if (!isObject(message) || !isObject(message.metrics)) return []
  const units = isObject(message.units) ? message.units : {}
  const ts = typeof message.ts === 'number' || typeof message.ts === 'string' ? message.ts : null
  return Object.entries(message.metrics).map(([metric, value]) => {
    const unit = Object.hasOwn(units, metric) ? units[metric] : undefined
    return { metric, value, unit: typeof unit === 'string' ? unit : null, ts }
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A text that was cut: without its last, unfinished member, and with the brackets closed that were open there. */
function mended(text: string): string {
  const open: string[] = []
  let end = { at: 0, closing: '' }
  for (const match of text.matchAll(TOKEN)) {
    const token = match[1] ?? ''
    const at = match.index + match[0].length
    if (token === '{') open.unshift('}')
    else if (token === '[') open.unshift(']')
    else if (token === '}' || token === ']') {
      open.shift()
      end = { at, closing: open.join('') }
    } else if (token === ',') end = { at: at - 1, closing: open.join('') }
  }
  return text.slice(0, end.at) + end.closing
}

/** Only the beginning of a long payload is kept. */
export const isCut = (sample: string, sizeBytes: number) => bytesOf(sample).length < sizeBytes
