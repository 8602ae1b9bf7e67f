import type { ComponentChildren } from 'preact'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { DAY_MS } from '../../../src/base/durations.js'
import { type KpiInfo, type KpiPoint, streamKey } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { estimatedText, rangeOf, whenText } from '../chart/point-text.js'
import { FactorAdvice } from '../entries/factor-advice.js'
import { ageText, type Figure, figureText, referenceText, signedText } from '../format.js'
import type { RangePoint } from '../series/range-point.js'
import { language, words } from '../settings.js'
import { minuteMs, route, streams } from '../state.js'
import { rangeText } from '../time/range-text.js'
import { clockText, dayText } from '../time/time.js'
import { Icon } from '../ui/icon.js'
import { subscripts } from '../ui/text.js'
import { type Change, changeText } from './change.js'
import type { TileModel } from './model.js'

/** A longer unit has no room beside a value: it stands with what the value compares with. */
export const isBeside = (unit: string) => unit.length <= UNIT_CHARS_MAX
const UNIT_CHARS_MAX = 4

interface ReferenceProps {
  readonly model: TileModel
  readonly unit: string
  readonly isOver: boolean
  /** Its glyph says already on which side of the limit the value is. */
  readonly alarm: AlarmItem | null
}

/** Words for what the value compares with, or for why there is none. */
export function ReferenceWords({ model, unit, isOver, alarm }: ReferenceProps) {
  const { condition, point, reference, figure } = model
  const w = words()
  if (condition === 'waiting') return isOver ? w.loading : w.tile.waiting
  if (condition === 'absent') return isOver ? w.tile.none : w.tile.absent
  if (point !== undefined && point.value === null && point.reason !== '') return reasonText(point)
  if (alarm !== null && (reference === null || !reference.isMissed)) {
    return <AlarmWords alarm={alarm} figure={figure} />
  }
  if (reference === null) return isBeside(unit) ? null : <span>{subscripts(unit)}</span>
  const value = `${referenceText(reference.value, figure, language.value)} ${unit}`.trim()
  if (!reference.isMissed || alarm !== null) return w.tile[reference.kind](value)
  return (
    <>
      <span class="ring" aria-hidden="true" />
      {w.tile.missed[reference.kind](value)}
    </>
  )
}

/** The value shown is in order, the one that raised the alarm was not: of which time it is, and what is final since. */
function AlarmWords({ alarm, figure }: { readonly alarm: AlarmItem; readonly figure: Figure }) {
  const w = words().tile
  const { plant, scope, scope_id: id, kpi, window, value } = alarm
  const points = kpi === null || window === null ? [] : streams.of(streamKey({ plant, scope, id, kpi, window })).value
  const latest = points.findLast((point) => !point.provisional && point.value !== null)?.value ?? null
  const text = (number: number) => figureText(number, figure, language.value)
  const raised = w.raisedAt(text(value))
  return <span>{latest === null ? raised : w.raisedAndLatest(raised, text(latest))}</span>
}

/** Reason why a point has no value, in words; '' when it has one. */
function reasonText({ reason, kpi }: KpiPoint): string {
  const w = words()
  if (reason === '') return ''
  if (reason === 'no_factor') return w.tile.noFactor
  if (reason === 'no_denominator' && PLANNED.has(kpi)) return w.tile.nothingPlanned
  return w.reasons[reason]
}

/** Figures whose denominator is planned time. */
const PLANNED: ReadonlySet<string> = new Set(['oee', 'robot_util_planned'])

/** Age of a silent figure, which is the news of it. */
export function Age({ ageMs }: { readonly ageMs: number }) {
  return (
    <span class="tile-age">
      <Icon name="clock" size={14} />
      {words().tile.old(ageText(ageMs, language.value))}
    </span>
  )
}

interface FootProps {
  readonly plant: PlantNode
  readonly info: KpiInfo
  readonly model: TileModel
  readonly alarm: AlarmItem | null
  readonly change: Change | null
  readonly point: KpiPoint
}

/**
 * Words at the foot of a tile: how its figure has changed, of when it is, and how much of it is estimated; in an alarm
 * since when that is.
 */
export function FootWords({ plant, info, model, alarm, change, point }: FootProps) {
  const lang = language.value
  const w = words()
  if (point.value === null && point.reason === 'no_factor') {
    return <FactorAdvice plant={plant} />
  }
  const when = 'figure' in point ? rangeOf(point as RangePoint, plant) : whenText(point, plant.timezone)
  const window = 'figure' in point ? 'range' : point.window
  const isEstimated = point.value !== null && point.estimated_share > 0
  if (alarm !== null) {
    const sinceMs = Date.parse(alarm.raised_at)
    const isToday = minuteMs.value - sinceMs < DAY_MS
    return (
      <FootLine>
        <span class="tile-since">
          {w.tile.since(isToday ? clockText(sinceMs, plant.timezone, lang) : dayText(sinceMs, plant.timezone, lang))}
        </span>
        <When text={when} />
      </FootLine>
    )
  }
  return (
    <FootLine>
      <ChangeWords change={change} info={info} figure={model.figure} window={window} />
      {route.value.compare && change !== null ? (
        <span class="tile-when">{w.tile.was(unitText(change.before, model.figure))}</span>
      ) : (
        <When text={when} />
      )}
      {isEstimated && <span class="tile-estimated">{w.tile.estimated(estimatedText(point.estimated_share))}</span>}
    </FootLine>
  )
}

/** The time of a tile; a narrow one leaves out the range, which the head of the page says, and keeps how far its data reach. */
function When({ text }: { readonly text: string }) {
  const place = { zone: 'UTC', language: language.value, nowMs: minuteMs.value }
  const range = route.value.range.kind === 'last' ? rangeText(route.value.range, place, words()) : ''
  const isFurther = range !== '' && text.startsWith(range) && text !== range
  return (
    <span class="tile-when" title={text}>
      {isFurther ? (
        <>
          <span class="tile-when-range">{range}</span>
          {text.slice(range.length)}
        </>
      ) : (
        text
      )}
    </span>
  )
}

/** One line, in a box of its own: what changes in it several times a second must not move the page. */
function FootLine({ children }: { readonly children: ComponentChildren }) {
  return (
    <span class="tile-foot-line">
      <span class="tile-foot-words">{children}</span>
    </span>
  )
}

interface ChangeProps extends Pick<FootProps, 'change' | 'info'> {
  readonly figure: Figure
  readonly window: KpiPoint['window'] | 'range'
}

function ChangeWords({ change, info, figure, window }: ChangeProps) {
  const lang = language.value
  const w = words().tile
  const shown = change === null ? null : changeText(change, info, figure, lang, w.points)
  if (change === null || shown === null) return null
  const before = unitText(change.before, figure)
  const difference = signedText(change.now - change.before, figure, lang)
  const text = change.hours === null ? w.against[window](before) : w.againstHours(change.hours, before)
  const against = `${difference} ${figure.unit}`.trim().concat(` (${shown.text}) · ${text}`)
  return (
    <span class="tile-change" title={against}>
      {shown.direction !== null && <Icon name={shown.direction === 'up' ? 'arrowUp' : 'arrowDown'} size={14} />}
      <span class="sr-only">{shown.direction === null ? '' : w[shown.direction]} </span>
      {route.value.compare ? difference.replace(/^[+\u2212]/, '') : shown.text}
    </span>
  )
}

const unitText = (value: number, figure: Figure) => `${figureText(value, figure, language.value)} ${figure.unit}`.trim()
