import { EXPECTED_DEMAND, MONTH_OVERDUE } from '../../base/alarm.js'
import type { KpiInfo } from '../../base/kpi.js'
import { CATALOGUE } from '../catalogue.js'

/** The words of an alarm: which limit its rule has, and the figure with which it was raised, in both languages. */

export interface AlarmTexts {
  readonly en: string
  readonly zh: string
}

type Language = keyof AlarmTexts

const INFOS: ReadonlyMap<string, Pick<KpiInfo, 'shape'>> = new Map(CATALOGUE.map((info) => [info.id, info]))
/** Ratios that are read as numbers and not as per cent. */
const AS_NUMBER: ReadonlySet<string> = new Set(['power_factor', 'power_factor_lag'])

/** More would tell a figure from its limit that is not worth an alarm. */
const DIGITS_MAX = 5

const LENGTHS = {
  en: { s: ' s', min: ' min', h: ' h', d: ' d' },
  zh: { s: ' 秒', min: ' 分钟', h: ' 小时', d: ' 天' },
} as const

const formats = new Map<string, Intl.NumberFormat>()

function numberText(value: number, digits: number, language: Language): string {
  const key = `${language}${digits}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', { maximumFractionDigits: digits })
    formats.set(key, format)
  }
  return format.format(value)
}

interface Measure {
  readonly kpi: string | null
  readonly unit: string
}

const isShare = ({ kpi, unit }: Measure) =>
  unit === '1' && INFOS.get(kpi ?? '')?.shape === 'ratio' && !AS_NUMBER.has(kpi ?? '')

/** A figure of a KPI as it was configured, three digits at most, with its unit; a share as a percentage. */
export function figureText(value: number, of: Measure, language: Language, digits?: number): string {
  const shown = isShare(of) ? value * 100 : value
  const size = Math.abs(shown)
  const text = numberText(shown, digits ?? (size < 100 ? 3 : size < 10_000 ? 2 : 0), language)
  if (isShare(of)) return `${text} %`
  return of.unit === '1' || of.unit === '' ? text : `${text} ${of.unit.replace('m3', 'm³')}`
}

/** A figure with no more digits than tell it from its limit, one as a rule. */
function figureBeside(limit: number, value: number, of: Measure, language: Language): string {
  const size = Math.abs(value) * (isShare(of) ? 100 : 1)
  for (let digits = size < 10 ? 2 : size < 1000 ? 1 : 0; digits < DIGITS_MAX; digits++) {
    const text = figureText(value, of, language, digits)
    if (value === limit || text !== figureText(limit, of, language, digits)) return text
  }
  return figureText(value, of, language, DIGITS_MAX)
}

/** A length of time in its two largest units: 40 s, 6 min 5 s, 3 h 20 min, 2 d 4 h. */
export function lengthText(seconds: number, language: Language): string {
  const units = LENGTHS[language]
  const whole = Math.max(0, Math.round(seconds))
  const parts = [
    [Math.floor(whole / 86_400), units.d],
    [Math.floor(whole / 3600) % 24, units.h],
    [Math.floor(whole / 60) % 60, units.min],
    [whole % 60, units.s],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first === -1) return `0${units.s}`
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0)
  return shown.map(([count, unit]) => `${numberText(count, 0, language)}${unit}`).join(' ')
}

interface LimitWords {
  readonly kpi: string
  readonly unit: string
  readonly side: 'above' | 'below'
  readonly limit: number
}

/** The words of the catalogue name the limit that is passed, as in "OEE below 50 %". */
export function limitText(rule: LimitWords, info: Pick<KpiInfo, 'name'> | undefined): AlarmTexts {
  const isAbove = rule.side === 'above'
  const { en, zh } = info?.name ?? { en: rule.kpi, zh: rule.kpi }
  return {
    en: `${en} ${isAbove ? 'above' : 'below'} ${figureText(rule.limit, rule, 'en')}`,
    zh: `${zh}${isAbove ? '高于' : '低于'} ${figureText(rule.limit, rule, 'zh')}`,
  }
}

/** The text names the KPI whose budget is used up, or is not reached where more is better, and the budget. */
export function budgetText(rule: LimitWords, info: Pick<KpiInfo, 'name'> | undefined): AlarmTexts {
  const { en, zh } = limitText(rule, info)
  return rule.side === 'above'
    ? { en: `Budget used up: ${en}`, zh: `预算已用完：${zh}` }
    : { en: `Budget not reached: ${en}`, zh: `未达到预算：${zh}` }
}

/** The text names the chance from which on a peak is told of. */
export function expectedDemandText(chance: number): AlarmTexts {
  const share = (language: Language) => `${numberText(chance * 100, 0, language)} %`
  return {
    en: `Demand above its limit is expected, chance at least ${share('en')}`,
    zh: `预计需量将超过限值，概率至少 ${share('zh')}`,
  }
}

/** A clock that is wrong and not so far off is so by its minutes, which differ. Seconds, as clocks of devices are judged. */
const AHEAD_S = 60
const BEHIND_S = 600
const UNSTEADY: AlarmTexts = { en: 'unsteady', zh: '时快时慢' }

/** The figure with which an alarm was raised, as it stands behind the text of its rule. */
function raisedText(alarm: RaisedFigure, language: Language): string {
  const { rule, kpi, value, limit } = alarm
  if (kpi !== null) return figureBeside(limit, value, alarm, language)
  if (rule === 'device-limit') return numberText(value, 0, language)
  if (rule === EXPECTED_DEMAND) return leadText(value, language)
  if (rule === 'device-clock' && value <= AHEAD_S && value >= -BEHIND_S) return UNSTEADY[language]
  const length = lengthText(Math.abs(value), language)
  if (rule === MONTH_OVERDUE) return language === 'zh' ? `逾期 ${length}` : `overdue by ${length}`
  if (rule !== 'device-clock') return length
  if (language === 'zh') return `${value > 0 ? '快' : '慢'} ${length}`
  return `${length} ${value > 0 ? 'ahead' : 'behind'}`
}

/** The time until a block begins, s; nothing of it is left when it runs already. */
function leadText(seconds: number, language: Language): string {
  if (seconds <= 0) return language === 'zh' ? '现在' : 'now'
  const length = lengthText(Math.ceil(seconds / 60) * 60, language)
  return language === 'zh' ? `${length}后` : `in ${length}`
}

export interface RaisedFigure extends Measure {
  readonly rule: string
  /** The alarm was raised with this figure. */
  readonly value: number
  readonly limit: number
}

/** The text of a rule with the figure: "OEE below 50 %: 22.6 %". */
export function textWith({ en, zh }: AlarmTexts, alarm: RaisedFigure): AlarmTexts {
  return { en: `${en}: ${raisedText(alarm, 'en')}`, zh: `${zh}：${raisedText(alarm, 'zh')}` }
}
