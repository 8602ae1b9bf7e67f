import { LocalTime } from './local-time.js'

/** Lengths of the parts that a pattern may name. X is S while summer time is in force, W while not, as DSMR has it. */
const PARTS = { YYYY: 4, YY: 2, MM: 2, DD: 2, hh: 2, mm: 2, ss: 2, SSS: 3, X: 1 } as const
type PartName = keyof typeof PARTS
const TOKENS = /YYYY|YY|MM|DD|hh|mm|SSS|ss|X|[^A-Za-z]|T/y
const PATTERN_CHARS_MAX = 40

/** A wall clock as a device writes it, such as `YYMMDDhhmmssX`; its text gives a date and a time in one order. */
export interface TimePattern {
  /** The parts of a text, or null when it is not written like this. */
  match(text: string): Readonly<Partial<Record<PartName, string>>> | null
  /** Digits of a text that has nothing else: as a number it may have lost the first ones; null with anything else in it. */
  readonly digits: number | null
}

/** The pattern that a text says, or a sentence that says what is wrong with it. */
export function parseTimePattern(text: string): TimePattern | { readonly problem: string } {
  const tokens = tokensOf(text)
  if (tokens === null || text.length > PATTERN_CHARS_MAX) return { problem: HOW_WRITTEN }
  const names = tokens.filter((token): token is PartName => Object.hasOwn(PARTS, token))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return { problem: `${twice} is there twice` }
  if (names.includes('YYYY') === names.includes('YY')) return { problem: 'it has one year, YYYY or YY' }
  const missing = (['MM', 'DD', 'hh', 'mm'] as const).find((name) => !names.includes(name))
  if (missing !== undefined) return { problem: `${missing} is missing; ${HOW_WRITTEN}` }
  if (names.includes('SSS') && !names.includes('ss')) return { problem: 'SSS stands behind ss only' }
  const source = tokens.map((token) => {
    if (token === 'X') return '(?<X>[SW])'
    return Object.hasOwn(PARTS, token) ? `(?<${token}>\\d{${PARTS[token as PartName]}})` : escaped(token)
  })
  const whole = new RegExp(`^${source.join('')}$`)
  const isOfDigits = names.length === tokens.length && !names.includes('X')
  return {
    match: (sent) => whole.exec(sent)?.groups ?? null,
    digits: isOfDigits ? names.reduce((sum, name) => sum + PARTS[name], 0) : null,
  }
}

const HOW_WRITTEN =
  'rfc3339, epoch_s, epoch_ms, local, or a pattern of YYYY or YY, MM, DD, hh, mm, perhaps ss, SSS and X (S or W), with signs between them'

/**
 * The reader of a pattern: epoch ms of what a device sends, null when it is none of that pattern, or when S or W contradicts
 * the clocks of the zone. Two digits of a year are those of 2000 to 2099.
 *
 * @param zone IANA
 */
export function readPattern(pattern: TimePattern, zone: string): (sent: unknown, arrivedAt: number) => number | null {
  const clock = new LocalTime(zone)
  return (sent, arrivedAt) => {
    const text = textOf(sent, pattern)
    const parts = text === null ? null : pattern.match(text)
    if (parts === null) return null
    const { YYYY, YY, MM, DD, hh, mm, ss = '00', SSS, X } = parts
    const wall = `${YYYY ?? `20${YY}`}-${MM}-${DD}T${hh}:${mm}:${ss}${SSS === undefined ? '' : `.${SSS}`}`
    return clock.read(wall, arrivedAt, X === undefined ? null : X === 'S')
  }
}

function textOf(sent: unknown, { digits }: TimePattern): string | null {
  if (typeof sent === 'string') return sent.trim()
  // 0511260800 comes as 511260800 where it is a number.
  return typeof sent === 'number' && digits !== null ? String(sent).padStart(digits, '0') : null
}

function tokensOf(text: string): readonly string[] | null {
  const tokens: string[] = []
  for (TOKENS.lastIndex = 0; TOKENS.lastIndex < text.length; ) {
    const token = TOKENS.exec(text)
    if (token === null) return null
    tokens.push(token[0])
  }
  return tokens
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
