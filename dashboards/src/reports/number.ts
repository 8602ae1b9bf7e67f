import type { ReportCell, ReportFigure } from '../../../src/base/report.js'
import type { Language } from '../format.js'

type FigureCell = Extract<ReportCell, { readonly figure: string }>

const formats = new Map<string, Intl.NumberFormat>()

/** An exact decimal in so many decimals, half away from zero; by its text, so that no binary fraction comes between. */
export function decimalText(value: string, decimals: number, language: Language): string {
  return format(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }, language)
}

/** With all the digits that it has. */
export const exactDecimal = (value: string, language: Language): string =>
  format(value, { maximumFractionDigits: 20 }, language)

function format(value: string, options: Intl.NumberFormatOptions, language: Language): string {
  const key = `${language}${JSON.stringify(options)}`
  const known = formats.get(key) ?? new Intl.NumberFormat(language, options)
  formats.set(key, known)
  return known.format(value as Intl.StringNumericLiteral).replace('-', '\u2212')
}

/** A value as a cell shows it, without its unit; null where there is none. */
export function cellText(figure: Pick<ReportFigure, 'value'>, cell: FigureCell, language: Language): string | null {
  return figure.value === null ? null : decimalText(scaled(figure.value, cell.scale), cell.decimals, language)
}

/** A power of ten moves the point and nothing else. */
function scaled(value: string, scale: number): string {
  const power = Math.round(Math.log10(scale))
  return scale === 10 ** power ? `${value}e${power}` : String(Number(value) * scale)
}

/** 4be19a07…52f0: enough to tell one from another at a glance. */
export const shortDigest = (digest: string): string => `${digest.slice(0, 8)}…${digest.slice(-4)}`
