import { signal } from '@preact/signals'
import { DAY_MS, HOUR_MS } from '../../src/base/durations.js'
import type { KpiInfo } from '../../src/base/kpi.js'

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** Way in which the values of a tile, a column or an axis are written: one unit and one number of digits for all of them. */
export interface Figure {
  /** As shown; '' for a pure number. */
  readonly unit: string
  /** shown = stored · factor */
  readonly factor: number
  readonly digits: number
}

/** Units and digits of DESIGN §6, by stored unit. */
const DIGITS: Readonly<Record<string, number>> = {
  '%': 1,
  t: 2,
  tCO2: 2,
  tCO2e: 2,
  tce: 2,
  'mg/Nm3': 1,
  ppm: 0,
  pcs: 0,
  s: 0,
}
const DIGITS_ELSE = 2

const LARGE: Readonly<Record<string, string>> = { kWh: 'MWh', kW: 'MW', kvarh: 'Mvarh' }
const LARGE_FROM = 10_000

const TONNES_FROM = 100

/** Times are stored in seconds and read in the unit that fits the longest of them. */
const TIMES = [
  { unit: 'h', fromS: 3_600, digits: 1 },
  { unit: 'min', fromS: 60, digits: 1 },
] as const

/** Ratios that are read as numbers and not as per cent. */
const AS_NUMBER: Readonly<Record<string, number>> = { power_factor: 3, power_factor_lag: 3 }

/** Shares that live so close to 100 % that one digit would show nothing. */
const NEAR_HUNDRED: ReadonlySet<string> = new Set(['data_completeness', 'fpy'])

/**
 * Unit and digits for the values of a KPI of which the largest is `largest` (as stored). Energy and power have no
 * decimals, except where small windows make so small numbers that rounding would hide more than 1 %.
 */
export function figureFor(info: Pick<KpiInfo, 'id' | 'unit' | 'shape'>, largest: number): Figure {
  const size = Math.abs(largest)
  const large = LARGE[info.unit]
  if (large !== undefined) {
    if (size >= LARGE_FROM) return { unit: large, factor: 0.001, digits: 2 }
    return { unit: info.unit, factor: 1, digits: size >= 100 ? 0 : size >= 10 ? 1 : 2 }
  }
  if (info.unit === 's') {
    const time = TIMES.find(({ fromS }) => size >= fromS)
    if (time !== undefined) return { unit: time.unit, factor: 1 / time.fromS, digits: time.digits }
  }
  if (info.unit === 'kgCO2e' && size >= TONNES_FROM) return { unit: 't CO2e', factor: 0.001, digits: 2 }
  if (info.unit === 'kg' && size < 1) return { unit: 'g', factor: 1000, digits: 1 }
  // Counts come in whole numbers.
  if (info.unit === '1' && info.shape === 'sum') return { unit: '', factor: 1, digits: 0 }
  const asNumber = AS_NUMBER[info.id]
  if (asNumber !== undefined) return { unit: '', factor: 1, digits: asNumber }
  const percentDigits = NEAR_HUNDRED.has(info.id) ? 2 : 1
  if (info.unit === '1' && info.shape === 'ratio') return { unit: '%', factor: 100, digits: percentDigits }
  if (info.unit === '%') return { unit: '%', factor: 1, digits: percentDigits }
  return { unit: shownUnit(info.unit), factor: 1, digits: DIGITS[info.unit] ?? DIGITS_ELSE }
}

/** Code of the currency of the plant that is shown; null where it has none. */
export const shownCurrency = signal<string | null>(null)

/** Pieces are called by this word where their sign is not understood; null means that the sign is written. */
export const shownPieces = signal<string | null>(null)

/** A pure number has none; cubic metres are written with their sign, money by the currency of the plant, pieces by their word. */
export function shownUnit(unit: string): string {
  if (unit === '1') return ''
  if (unit === 'currency') return shownCurrency.value ?? ''
  const written = unit.replace('m3', 'm³')
  return shownPieces.value === null ? written : written.replace(/\b(pcs|unit)\b/, shownPieces.value)
}

const formats = new Map<string, Intl.NumberFormat>()

function numberFormat(language: Language, min: number, max: number): Intl.NumberFormat {
  const key = `${language}${min}.${max}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', {
      minimumFractionDigits: min,
      maximumFractionDigits: max,
      roundingMode: 'halfExpand',
      // A small negative that rounds to nothing is 0, not minus 0.
      signDisplay: 'negative',
    })
    formats.set(key, format)
  }
  return format
}

/** A number with grouping, U+2212 for minus, half away from zero. */
export function decimal(value: number, digits: number, language: Language): string {
  return numberFormat(language, digits, digits).format(value).replace('-', '\u2212')
}

/** The number alone; its unit is an element of its own. */
export function figureText(value: number, figure: Figure, language: Language): string {
  return decimal(value * figure.factor, figure.digits, language)
}

/** A difference, with its sign. */
export function signedText(value: number, figure: Figure, language: Language): string {
  const text = figureText(value, figure, language)
  return value > 0 ? `+${text}` : text
}

/** The number alone; what there is of something is never rounded to nothing. */
export function amountText(value: number, figure: Figure, language: Language): string {
  const least = 10 ** -figure.digits
  const isSome = value > 0 && value * figure.factor < least / 2
  return isSome ? `< ${decimal(least, figure.digits, language)}` : figureText(value, figure, language)
}

/** A limit or target: the digits that were configured, and no zeros after them. */
export function referenceText(value: number, figure: Figure, language: Language): string {
  return numberFormat(language, 0, Math.max(figure.digits, 1))
    .format(value * figure.factor)
    .replace('-', '\u2212')
}

/** A share of 0 to 1 as per cent with its sign, e.g. a coverage. */
export function shareText(share: number, language: Language, digits = 1): string {
  return `${decimal(share * 100, digits, language)} %`
}

const AGE_UNITS = {
  en: { s: ' s', min: ' min', h: ' h', d: (n: number) => (n === 1 ? ' day' : ' days') },
  zh: { s: ' 秒', min: ' 分钟', h: ' 小时', d: () => ' 天' },
} as const

/** A length of time: 3 s, 18 min, 13 h 37 min. */
export function durationText(lengthMs: number, language: Language): string {
  const unit = AGE_UNITS[language]
  const seconds = Math.max(0, Math.floor(lengthMs / 1000))
  if (seconds < 60) return `${seconds}${unit.s}`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}${unit.min}`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? `${hours}${unit.h}` : `${hours}${unit.h} ${minutes % 60}${unit.min}`
}

/** An age in one unit: whole hours from one hour on, days from one day on. One below nothing (clocks differ) is 0 s. */
export function ageText(ageMs: number, language: Language): string {
  const days = Math.floor(ageMs / DAY_MS)
  const roughMs = ageMs < HOUR_MS ? ageMs : Math.floor(ageMs / HOUR_MS) * HOUR_MS
  return days < 1 ? durationText(roughMs, language) : `${decimal(days, 0, language)}${AGE_UNITS[language].d(days)}`
}

/** Words for a time that people watch: seconds are told up to an hour, minutes up to a day. */
export function lastingText(lengthMs: number, language: Language): string {
  const ms = Math.max(0, lengthMs)
  if (ms >= 24 * HOUR_MS) return ageText(ms, language)
  const minutes = durationText(ms, language)
  return ms < 60_000 || ms >= HOUR_MS ? minutes : `${minutes} ${durationText(ms % 60_000, language)}`
}

/** Words for how far behind a live figure is: tenths of a second below ten seconds, an age above. */
export function lagText(lagMs: number, language: Language): string {
  return lagMs < 9_950
    ? `${decimal(Math.max(0, lagMs) / 1000, 1, language)}${AGE_UNITS[language].s}`
    : ageText(lagMs, language)
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size: 19.3 MiB. */
export function bytesText(sizeBytes: number, language: Language): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(Math.max(1, sizeBytes)) / 10))
  return `${decimal(sizeBytes / 1024 ** power, power === 0 ? 0 : 1, language)} ${BYTE_UNITS[power]}`
}
