import type { KpiPoint } from '../../../src/base/kpi.js'
import type { EventItem } from '../../../src/base/records.js'
import { figureText, type Language } from '../format.js'
import type { Dictionary } from '../i18n/en.js'
import { timesOf } from '../series/points.js'
import { clockText } from '../time/time.js'
import type { ChartModel } from './model.js'
import type { Note } from './notes.js'

/** The reason of a null and the flags, in words; the estimated share has a place of its own. */
export function flagWords(point: KpiPoint, w: Dictionary): readonly string[] {
  const reason = point.reason === '' ? [] : [w.reasons[point.reason]]
  return [...reason, ...point.flags.filter((f) => f !== 'estimated').map((flag) => w.flags[flag])]
}

/** All that is to be said of a window beside its figures: reason, flags, what it was before, what happened in it. */
export function pointWords(point: KpiPoint, model: ChartModel, w: Dictionary): readonly string[] {
  const { fromMs, toMs } = timesOf(point)
  const item = model.restated.get(fromMs)
  const before = item?.before.value
  const restated =
    item === undefined
      ? []
      : [
          w.chart.restated(
            before == null ? '—' : figureText(before, model.figure, model.language),
            w.chart.restatedBy[item.reason],
          ),
        ]
  const notes = model.notes.filter(({ ms }) => ms >= fromMs && ms < toMs)
  return [...flagWords(point, w), ...restated, ...notes.map((note) => noteWords(note, model.zone, model.language, w))]
}

function noteWords({ ms, event }: Note, zone: string, language: Language, w: Dictionary): string {
  return `${clockText(ms, zone, language)} ${event.device}: ${eventWords(event, w)}`
}

function eventWords({ type, fields }: EventItem, { chart: { events } }: Dictionary): string {
  const text = (name: string) => (typeof fields[name] === 'string' ? (fields[name] as string) : '')
  const joined = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(' · ')
  switch (type) {
    case 'comment':
      return text('text')
    case 'downtime_reason':
      return joined(events.downtime, text('code'), text('comment'))
    case 'order':
      return joined(text('status') === 'end' ? events.orderEnd : events.orderStart, text('product'), text('order'))
    case 'meter_replaced':
      return joined(events.meterReplaced, text('metric'))
    case 'cems_calibration':
      return joined(fields.passed === true ? events.calibrated : events.notCalibrated, text('metric'))
    default:
      return type
  }
}
