import { GOOD, type QualityRank, qualityRank } from '../../base/quality.js'

const UNCERTAIN = qualityRank('uncertain')!
const FAULT = qualityRank('fault')!
const COMM_FAULT = qualityRank('comm_fault')!

/** Codes that say that the device could not be asked, with their symbols. Source: OPC 10000-6 annex A.2. */
const NOT_REACHED: ReadonlyMap<number, string> = new Map([
  [0x8005, 'CommunicationError'],
  [0x800a, 'Timeout'],
  [0x800d, 'ServerNotConnected'],
  [0x8031, 'NoCommunication'],
  [0x808a, 'NotConnected'],
  [0x80ae, 'ConnectionClosed'],
])
const NOT_REACHED_SYMBOLS = new Set(NOT_REACHED.values())
const CODE_MAX = 0xffff_ffff

/**
 * The quality that a StatusCode in JSON means: a number, its symbol, or `{Code, Symbol}` with either of them left out;
 * where the two contradict each other, the one that is not good. Bad is a fault, or a fault of communication. Null for
 * what is no StatusCode.
 * Source: OPC 10000-6 5.4.2.12 and annex H.4; the severity is in the two highest bits, OPC 10000-4 7.39.1.
 */
export function statusCodeQuality(sent: unknown): QualityRank | null {
  if (typeof sent === 'number') return ofCode(sent)
  if (typeof sent === 'string') return ofSymbol(sent)
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return null
  const { Code: code, Symbol: symbol } = sent as { readonly Code?: unknown; readonly Symbol?: unknown }
  const byCode = code === undefined || code === null ? GOOD : statusCodeQuality(code)
  const bySymbol = symbol === undefined || symbol === null ? GOOD : statusCodeQuality(symbol)
  return byCode === GOOD ? bySymbol : byCode
}

function ofCode(code: number): QualityRank | null {
  if (!Number.isInteger(code) || code < 0 || code > CODE_MAX) return null
  const severity = code >>> 30
  if (severity === 0) return GOOD
  if (severity === 1) return UNCERTAIN
  return NOT_REACHED.has(code >>> 16) ? COMM_FAULT : FAULT
}

function ofSymbol(symbol: string): QualityRank | null {
  if (/^\d+$/.test(symbol)) return ofCode(Number(symbol))
  const [, severity, name = ''] = /^(Good|Uncertain|Bad)_?(\w*)$/.exec(symbol) ?? []
  if (severity === 'Good') return GOOD
  if (severity === 'Uncertain') return UNCERTAIN
  if (severity === 'Bad') return NOT_REACHED_SYMBOLS.has(name) ? COMM_FAULT : FAULT
  return null
}
