/**
 * Exact decimals as they stand in a report: "-1234.5678", never an exponent. Nothing here goes through a double, so what
 * is printed is the rounding of the exact value and not of its nearest binary neighbour.
 */
interface Exact {
  /** The number times 10 to the power of `places`. */
  readonly digits: bigint
  readonly places: number
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

/** Takes what JavaScript makes of a number too (1e-7). Throws on anything else: a report holds decimals only. */
function parse(decimal: string): Exact {
  const match = DECIMAL.exec(decimal)
  if (match === null) throw new Error(`read a decimal of a report: "${decimal}" is none`)
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = BigInt(`${sign}${whole}${fraction}`)
  const places = fraction.length - Number(exponent)
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 }
}

function write({ digits, places }: Exact): string {
  const all = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0')
  const whole = all.slice(0, all.length - places)
  return `${digits < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${all.slice(-places)}`}`
}

/** The exact product; zeros at its end are kept. */
export function times(decimal: string, scale: number): string {
  const a = parse(decimal)
  const b = parse(String(scale))
  return write({ digits: a.digits * b.digits, places: a.places + b.places })
}

/** Rounds to so many decimals, half away from zero; never -0. */
export function rounded(decimal: string, decimals: number): string {
  const { digits, places } = parse(decimal)
  if (places <= decimals) return write({ digits: digits * 10n ** BigInt(decimals - places), places: decimals })
  const unit = 10n ** BigInt(places - decimals)
  const half = digits < 0n ? -unit / 2n : unit / 2n
  // Division of BigInts cuts towards zero.
  return write({ digits: (digits + half) / unit, places: decimals })
}

const grouping = new Intl.NumberFormat('en', { useGrouping: true, maximumFractionDigits: 0 })

/** As people read it: thousands apart, minus as U+2212. English and Chinese write figures alike. */
export function printedNumber(decimal: string, scale: number, decimals: number): string {
  return grouped(rounded(times(decimal, scale), decimals))
}

/** The same digits, none less, with thousands apart. */
export function grouped(decimal: string): string {
  const [whole = '', fraction] = decimal.replace('-', '').split('.')
  const sign = decimal.startsWith('-') ? '\u2212' : ''
  return `${sign}${grouping.format(BigInt(whole))}${fraction === undefined ? '' : `.${fraction}`}`
}

/** Spreadsheets keep 15 digits of a number and show no more: whether that is all of it. */
export function fitsSpreadsheet(decimal: string): boolean {
  const significant = decimal.replace('-', '').replace('.', '').replace(/^0+/, '')
  const digits = decimal.includes('.') ? significant.replace(/0+$/, '') : significant
  return digits.length <= 15
}

export function decimalsOf(decimal: string): number {
  return decimal.split('.')[1]?.length ?? 0
}
