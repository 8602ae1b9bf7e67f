const ZERO = 0x30
const NINE = 0x39
const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const SMALL_E = 0x65
/** So many digits fit into an integer of 32 bits. */
const HALF_DIGITS = 9
/** A power of ten beyond it is none that a double holds exactly. */
const EXACT_POWER_MAX = 22
const POWERS = Float64Array.from({ length: EXACT_POWER_MAX + 1 }, (_, power) => Number(`1e${power}`))

/**
 * Reads a JSON number that begins at `start` into `into[0]`: the same double that `JSON.parse` gives. Returns where it
 * ends, -1 when it is none.
 *
 * A number of at most 2^53 times or by a power of ten up to 10^22 is one operation on two doubles that are exact, and
 * thus rounded once, to the nearest (Clinger 1990). All others are left to the engine.
 */
export function readNumber(bytes: Buffer, start: number, into: Float64Array): number {
  let at = start
  let byte = bytes[at]!
  const isNegative = byte === MINUS
  if (isNegative) byte = bytes[++at]!
  // Two halves, so that the loop adds integers.
  let high = 0
  let low = 0
  let digits = 0
  if (byte === ZERO) byte = bytes[++at]!
  else {
    if (!isDigit(byte)) return -1
    do {
      if (digits < HALF_DIGITS) high = (high * 10 + byte - ZERO) | 0
      else low = (low * 10 + byte - ZERO) | 0
      digits++
      byte = bytes[++at]!
    } while (isDigit(byte))
  }
  let power = 0
  if (byte === POINT) {
    const first = ++at
    byte = bytes[at]!
    if (!isDigit(byte)) return -1
    do {
      if (digits < HALF_DIGITS) high = (high * 10 + byte - ZERO) | 0
      else low = (low * 10 + byte - ZERO) | 0
      // Zeros before the first other digit are none of the sixteen.
      if (digits !== 0 || byte !== ZERO) digits++
      byte = bytes[++at]!
    } while (isDigit(byte))
    power = first - at
  }
  if (byte === SMALL_E || byte === SMALL_E - 0x20) {
    byte = bytes[++at]!
    const isShrinking = byte === MINUS
    if (isShrinking || byte === PLUS) byte = bytes[++at]!
    if (!isDigit(byte)) return -1
    let exponent = 0
    do {
      exponent = Math.min(exponent * 10 + byte - ZERO, 9999)
      byte = bytes[++at]!
    } while (isDigit(byte))
    power += isShrinking ? -exponent : exponent
  }
  if (digits <= 16 && power >= -EXACT_POWER_MAX && power <= EXACT_POWER_MAX) {
    const whole = digits <= HALF_DIGITS ? high : high * POWERS[digits - HALF_DIGITS]! + low
    if (whole <= Number.MAX_SAFE_INTEGER) {
      const value = power < 0 ? whole / POWERS[-power]! : whole * POWERS[power]!
      into[0] = isNegative ? -value : value
      return at
    }
  }
  into[0] = Number(bytes.toString('latin1', start, at))
  return at
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}
