import type { DataValue, Variant } from 'node-opcua-client'
import type { OpcuaValue } from '../../base/opcua.js'
import type { OpcuaLibrary } from './library.js'

/** Texts are cut to this many characters: no state is longer. */
const TEXT_MAX = 1024
/** InfoType "DataValue" and the bit "Overflow" of a StatusCode. Source: OPC 10000-4 7.39.1. */
const OVERFLOW = 0x480
/** Built-in types whose values are two halves of 64 bits. */
const LONG_TYPES: ReadonlySet<string> = new Set(['Int64', 'UInt64'])

/** True when the server has thrown away values before this one. */
export function isOverflow({ status }: Pick<OpcuaValue, 'status'>): boolean {
  return (status & OVERFLOW) === OVERFLOW
}

/** A value of the library as the journal has it. `isElement`: it is one element that was asked for. */
export function opcuaValueOf(library: OpcuaLibrary, item: string, data: DataValue, isElement: boolean): OpcuaValue {
  return {
    item,
    ...variantContent(library, data.value, isElement),
    status: (data.statusCode?.value ?? 0) >>> 0,
    source_ms: epochMsOf(data.sourceTimestamp),
    server_ms: epochMsOf(data.serverTimestamp),
  }
}

/** Value and type of a variant; `Null` where there is none. */
export function variantContent(
  { DataType, VariantArrayType }: OpcuaLibrary,
  variant: Variant | null | undefined,
  isElement: boolean,
): Pick<OpcuaValue, 'value' | 'type'> {
  if (variant === null || variant === undefined) return { value: null, type: 'Null' }
  const type = DataType[variant.dataType] ?? 'Null'
  if (type === 'Null' || variant.value === null || variant.value === undefined) return { value: null, type: 'Null' }
  if (variant.arrayType === VariantArrayType.Scalar) return { value: scalarOf(type, variant.value), type }
  const elements = variant.value as ArrayLike<unknown>
  if (isElement && elements.length === 1) return { value: scalarOf(type, elements[0]), type }
  return { value: null, type: `${type}[${elements.length}]` }
}

function scalarOf(type: string, raw: unknown): OpcuaValue['value'] {
  // An element of an array of texts or bytes may be null.
  if (raw === null || raw === undefined) return null
  if (LONG_TYPES.has(type)) return longOf(type, raw as readonly [number, number])
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : String(raw)
  if (typeof raw === 'boolean') return raw
  if (type === 'String' && typeof raw === 'string') return raw.slice(0, TEXT_MAX)
  const { text } = raw as { readonly text?: unknown }
  return type === 'LocalizedText' && typeof text === 'string' ? text.slice(0, TEXT_MAX) : null
}

/** 64 bits as a number, or as its digits where no number holds it. */
function longOf(type: string, [high, low]: readonly [number, number]): number | string {
  const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
  const whole = type === 'Int64' ? BigInt.asIntN(64, bits) : bits
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole.toString()
}

/** Epoch ms; null for none, and for the times before 1970 that stand for none. */
export function epochMsOf(time: Date | null | undefined): number | null {
  const ms = time?.getTime() ?? Number.NaN
  return ms > 0 ? ms : null
}
