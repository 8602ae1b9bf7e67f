/** Orders of the registers of a value: the one with its highest digits comes first, or the one with its lowest. */
export const WORD_ORDERS = ['high_first', 'low_first'] as const
export type WordOrder = (typeof WORD_ORDERS)[number]

/** Number of registers of each type of value. */
export const REGISTER_TYPES = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  float64: 4,
} as const
export type RegisterType = keyof typeof REGISTER_TYPES

/** Hex digits of one register. */
export const DIGITS = 4

/** Hex digits of the registers of a value, the one with its highest digits first. */
export function highFirst(hex: string, order: WordOrder): string {
  if (order === 'high_first') return hex
  let turned = ''
  for (let at = hex.length - DIGITS; at >= 0; at -= DIGITS) turned += hex.slice(at, at + DIGITS)
  return turned
}

/** The value of registers, high first. Integers beyond 2^53 are rounded; a float may be NaN or infinite. */
export function numberOfRegisters(hex: string, type: RegisterType): number {
  const bytes = Buffer.from(hex, 'hex')
  switch (type) {
    case 'int16':
      return bytes.readInt16BE()
    case 'uint16':
      return bytes.readUInt16BE()
    case 'int32':
      return bytes.readInt32BE()
    case 'uint32':
      return bytes.readUInt32BE()
    case 'float32':
      return bytes.readFloatBE()
    case 'int64':
      return Number(bytes.readBigInt64BE())
    case 'uint64':
      return Number(bytes.readBigUInt64BE())
    case 'float64':
      return bytes.readDoubleBE()
  }
}
