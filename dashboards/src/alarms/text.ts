import { type AlarmItem, EXPECTED_DEMAND, MONTH_OVERDUE } from '../../../src/base/alarm.js'
import { decimal, durationText, type Figure, figureFor, figureText, type Language, referenceText } from '../format.js'
import { lineName, plantName } from '../names.js'
import { language, words } from '../settings.js'
import { catalogue, plantList } from '../state.js'
import { clockSecondsText, clockText, dateText, isSameDay } from '../time/time.js'

/** An alarm in words, the same in the list, in its details and in what is read aloud. */

/** From the plant down to what it is about, e.g. plant, line, device. */
export function sourceOf({ plant: id, scope, scope_id }: AlarmItem): readonly string[] {
  const plant = plantList.value.find((p) => p.id === id)
  const top = plant === undefined ? id : plantName(plant)
  if (scope === 'plant') return [top]
  if (scope === 'line') {
    const line = plant?.lines.find((l) => l.id === scope_id)
    return [top, line === undefined ? scope_id : lineName(line)]
  }
  const line = plant?.lines.find((l) => l.devices.some((d) => d.id === scope_id))
  return [top, ...(line === undefined ? [] : [lineName(line)]), scope_id]
}

export const sourceText = (alarm: AlarmItem) => sourceOf(alarm).join(' › ')

const DAY_S = 86_400
const DAYS_FROM_S = 2 * DAY_S
const CLOCK = 'device-clock'

/** Value and limit of one alarm share a unit and its digits. */
export function figureOf({ kpi, unit, value, limit }: AlarmItem): Figure {
  // A clock may be off by years, and a device silent for weeks: nobody reads that in hours.
  if (kpi === null && unit === 's' && Math.abs(value) >= DAYS_FROM_S) return { unit: 'd', factor: 1 / DAY_S, digits: 1 }
  const info = catalogue.value.kind === 'loaded' && kpi !== null ? catalogue.value.value.get(kpi) : undefined
  return figureFor(info ?? { id: kpi ?? '', unit, shape: 'level' }, Math.max(Math.abs(value), Math.abs(limit)))
}

interface AlarmFigures {
  readonly value: string
  readonly limit: string
  readonly unit: string
  /** The newest figure of the same; null when it is over or not known. */
  readonly current: string | null
}

export function figuresOf(alarm: AlarmItem): AlarmFigures {
  const figure = figureOf(alarm)
  const lang = language.value
  return {
    value: figureText(alarm.value, figure, lang),
    limit: referenceText(alarm.limit, figure, lang),
    unit: figure.unit,
    current: alarm.current === null ? null : figureText(alarm.current, figure, lang),
  }
}

/** The time from the alarm to the block that is expected above the limit, in whole minutes. */
export function leadText({ value }: Pick<AlarmItem, 'value'>): string {
  const w = words().alarms
  const minuteS = 60
  if (value <= 0) return w.rightNow
  return w.inTime(durationText(Math.ceil(value / minuteS) * minuteS * 1000, language.value))
}

/** Distance of the value from its limit: "5.5 % above 150 mg/Nm3"; of a value that is per cent itself, in points. */
export function deviationText(alarm: AlarmItem): string {
  const { value, limit } = alarm
  // Its limit is a delay: in which direction it is off says more.
  if (alarm.rule === CLOCK) return words().devices.clocks[value < 0 ? 'behind' : 'ahead']
  if (alarm.rule === EXPECTED_DEMAND) return leadText(alarm)
  const { value: valueText, limit: limitText, unit } = figuresOf(alarm)
  if (alarm.rule === MONTH_OVERDUE) return words().alarms.overdueBy(`${valueText} ${unit}`)
  const reference = `${limitText} ${unit}`.trim()
  const w = words().alarms
  if (value === limit) return w.at(reference)
  const side = value > limit ? w.above : w.below
  const figure = figureOf(alarm)
  const lang = language.value
  if (unit === '%')
    return side(w.points(decimal(Math.abs(value - limit) * figure.factor, figure.digits, lang)), reference)
  if (limit === 0) return side('', reference)
  return side(`${decimal((Math.abs(value - limit) / Math.abs(limit)) * 100, 1, lang)} %`, reference)
}

/** 16:42:18 of today, else 23 Nov 16:42, with the year where it is another; in the plant's time. */
export function momentText(at: string | number, zone: string, nowMs: number, lang: Language): string {
  const ms = typeof at === 'string' ? Date.parse(at) : at
  if (isSameDay(ms, nowMs, zone)) return clockSecondsText(ms, zone, lang)
  return `${dateText(ms, { zone, language: lang, nowMs })} ${clockText(ms, zone, lang)}`
}

/** Last note with a text that a person has written; undefined where there is none. */
export function lastSaid({ notes }: AlarmItem): AlarmItem['notes'][number] | undefined {
  return notes.findLast(({ by, text }) => by !== null && text !== '')
}

/** The note with which it was acknowledged; '' when there was none. */
export function ackNote({ acked_at, notes }: AlarmItem): string {
  return acked_at === null ? '' : (notes.find(({ at }) => at === acked_at)?.text ?? '')
}
