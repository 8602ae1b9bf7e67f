/**
 * Exact decimals as strings ("959636.71"), as reports state them. Readings are doubles, and adding doubles depends on the
 * order; so a day is rounded once to a millionth of its unit, and whatever is added after that is added exactly: twelve
 * months come to their year to the last digit, in any order.
 */

const MILLIONTHS = 6
/** Digits of a quotient that can be relied on: as many as a double has. */
const DIGITS = 16

interface Parts {
  readonly digits: bigint
  /** Number of the digits that stand behind the point. */
  readonly scale: number
}

/** In millionths, half away from zero: `toFixed` goes by the exact value of the double. Throws for what is no number. */
export function millionths(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) throw new Error(`${value} cannot be added up`)
  return BigInt(value.toFixed(MILLIONTHS).replace('.', ''))
}

/** The decimal of so many millionths. */
export function ofMillionths(count: bigint): string {
  return text({ digits: count, scale: MILLIONTHS })
}

/** Numbers, each rounded to a millionth, added up. */
export function sumOfRounded(values: Iterable<number>): string {
  let total = 0n
  for (const value of values) total += millionths(value)
  return ofMillionths(total)
}

/** A setting or a stored number as the shortest decimal that is that double. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} is no decimal`)
  const shortest = String(value)
  const [, mantissa = shortest, exponent = '0'] = /^(.+)e([+-]\d+)$/.exec(shortest) ?? []
  const { digits, scale } = parts(mantissa)
  const places = scale - Number(exponent)
  return text(places >= 0 ? { digits, scale: places } : { digits: digits * 10n ** BigInt(-places), scale: 0 })
}

export function add(...values: readonly string[]): string {
  return text(values.map(parts).reduce(plus, { digits: 0n, scale: 0 }))
}

export function subtract(a: string, b: string): string {
  const { digits, scale } = parts(b)
  return text(plus(parts(a), { digits: -digits, scale }))
}

/** Exact. */
export function multiply(a: string, b: string): string {
  const [x, y] = [parts(a), parts(b)]
  return text({ digits: x.digits * y.digits, scale: x.scale + y.scale })
}

/** Quotient to sixteen digits, half away from zero; null when it is divided by zero. `times` is exact. */
export function quotient(numerator: string, denominator: string, times = 1): string | null {
  const of = parts(multiply(numerator, decimal(times)))
  const by = parts(denominator)
  if (by.digits === 0n) return null
  // One fraction of whole numbers.
  const top = of.digits * 10n ** BigInt(by.scale)
  const bottom = by.digits * 10n ** BigInt(of.scale)
  const size = String(absolute(top)).length - String(absolute(bottom)).length
  const scale = Math.max(0, DIGITS - size)
  return text({ digits: rounded(top * 10n ** BigInt(scale), bottom), scale })
}

export function isNegative(value: string): boolean {
  return value.startsWith('-')
}

export function isPositive(value: string): boolean {
  return parts(value).digits > 0n
}

/** For what has no exact decimal, such as a root; the nearest double. */
export function doubleOf(value: string): number {
  return Number(value)
}

function plus(a: Parts, b: Parts): Parts {
  const scale = Math.max(a.scale, b.scale)
  return { digits: scaled(a, scale) + scaled(b, scale), scale }
}

function scaled({ digits, scale }: Parts, to: number): bigint {
  return digits * 10n ** BigInt(to - scale)
}

function rounded(top: bigint, bottom: bigint): bigint {
  const half = (absolute(top) * 2n + absolute(bottom)) / (absolute(bottom) * 2n)
  return top < 0n === bottom < 0n ? half : -half
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}

function parts(value: string): Parts {
  const point = value.indexOf('.')
  if (point < 0) return { digits: BigInt(value), scale: 0 }
  return { digits: BigInt(value.slice(0, point) + value.slice(point + 1)), scale: value.length - point - 1 }
}

function text({ digits, scale }: Parts): string {
  const plain = String(absolute(digits)).padStart(scale + 1, '0')
  const whole = plain.slice(0, plain.length - scale)
  const fraction = plain.slice(plain.length - scale).replace(/0+$/, '')
  const sign = digits < 0n ? '-' : ''
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
}
