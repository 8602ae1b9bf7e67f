import { useSignal } from '@preact/signals'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { PlantNode, SeriesAnswer } from '../../../src/base/wire.js'
import type { ForecastIssue, ForecastItem } from '../../../src/views/wire/forecasts.js'
import { type Figure, figureFor, figureText } from '../format.js'
import { queryOf } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'
import type { CardPoints } from '../series/card-points.js'
import { type Span, within } from '../series/points.js'
import { language } from '../settings.js'
import { nowMs } from '../state.js'
import { periodOf, spanOfRange } from '../time/range.js'
import { clockText, longDayText, windowText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { CardTools } from '../ui/card-tools.js'
import { Unit } from '../ui/text.js'
import { DayChart, type DayQuarter, largestOf } from './day-chart.js'
import { DayTable, dayPicture, dayRows } from './day-table.js'
import { SeriesChoice } from './series-choice.js'
import { useOutlookWords } from './words.js'

/** Measured energy grows with each quarter of an hour. */
const MEASURED_MS = 60_000

interface DayCardProps {
  readonly plant: PlantNode
  readonly past: CardPoints['past']
  readonly onRetry: () => void
  /** Forecasts of all series of the plant. */
  readonly items: readonly ForecastItem[]
  /** Forecasts of the series that is shown. */
  readonly of: readonly ForecastItem[]
  readonly seriesKey: string
  readonly onChoose: (key: string) => void
}

/** The card draws the day of one series: expected by quarter of an hour with its bounds, beside what has been measured. */
export function DayCard({ plant, past, onRetry, items, of, seriesKey, onChoose }: DayCardProps) {
  const w = useOutlookWords()
  const isTable = useSignal(false)
  const named = useSignal<number | null>(null)
  const zone = plant.timezone
  const span = spanOfRange(periodOf({ kind: 'last', last: '1h' }, 'day', zone, nowMs.value), zone, nowMs.value)
  const item = of.find(({ horizon }) => horizon === 'day_ahead') ?? null
  const issue = issueOf(item, span)
  const hours = of.find(({ horizon }) => horizon === 'next_hours')?.newest ?? null
  const quarters = quartersOf({ issue, hours }, useMeasured(plant.id, item, span), span)
  const largest = largestOf(quarters)
  const figure = figureFor({ id: '', unit: item?.unit ?? 'kW', shape: item?.unit === 'kW' ? 'level' : 'sum' }, largest)
  const reader = { zone, language: language.value, nowMs: nowMs.value }
  const isShown = quarters.some(({ expected }) => expected !== null)
  const reason = item === null ? null : isShown ? '' : item.reason === '' ? ('pending' as const) : item.reason
  const of15 = item?.unit === 'kW' ? w.day.mean(figure.unit) : w.day.of(figure.unit)
  const subtitle = [longDayText(span.fromMs, zone, language.value), of15].join(' · ')
  const quarter = quarters.find(({ startMs }) => startMs === named.value)
  return (
    <CardFrame
      id="outlook-day"
      pillar="intelligent"
      title={w.day.title}
      subtitle={subtitle}
      past={past}
      onRetry={onRetry}
      tools={
        items.length > 0 && (
          <>
            <SeriesChoice plant={plant} items={items} value={seriesKey} onChoose={onChoose} />
            <CardTools
              isTable={isTable}
              name={[plant.id, 'outlook']}
              span={span}
              zone={zone}
              rows={() => dayRows(quarters, item?.unit ?? '', zone)}
              picture={() => dayPicture(quarters, figure, { title: w.day.title, subtitle, largest, reader })}
            />
          </>
        )
      }
      footer={
        item === null ? null : quarter === undefined ? (
          <DayFacts
            issue={isShown ? issue : null}
            hours={quarters.some(({ ahead }) => ahead !== null) ? hours : null}
            unit={item.kpi_unit}
            zone={zone}
          />
        ) : (
          <NamedQuarter quarter={quarter} figure={figure} zone={zone} />
        )
      }
    >
      {item === null ? (
        <p class="card-empty">{w.day.none}</p>
      ) : (
        <>
          {reason !== null && reason !== '' && (
            <p class="outlook-reason" data-reason={reason}>
              {w.reasons[reason]}
            </p>
          )}
          {isTable.value ? (
            <DayTable quarters={quarters} figure={figure} zone={zone} />
          ) : (
            <DayChart
              day={span}
              quarters={quarters}
              figure={figure}
              zone={zone}
              named={named.value}
              onName={(startMs) => (named.value = startMs)}
            />
          )}
        </>
      )}
    </CardFrame>
  )
}

/** The newest forecast, where it is of the day that is shown. */
function issueOf(item: ForecastItem | null, day: Span): ForecastIssue | null {
  const issue = item?.newest ?? null
  return issue !== null && Date.parse(issue.values[0]?.start ?? '') === day.fromMs ? issue : null
}

/** Energy in kWh is shown as the power that demand is billed by. */
function useMeasured(plant: string, item: ForecastItem | null, day: Span): readonly KpiPoint[] {
  const { scope, id, kpi, unit } = item ?? { scope: 'plant', id: plant, kpi: 'energy_elec_import', unit: 'kW' }
  const as = unit === 'kW' ? 'power' : 'energy'
  const query = new URLSearchParams({ window: '15m', scope, id, as, ...queryOf(day) })
  const path = `/plants/${encodeURIComponent(plant)}/kpis/${encodeURIComponent(kpi)}/series?${query}`
  const { value } = usePolled<SeriesAnswer>(path, MEASURED_MS)
  return value.kind === 'loaded' ? within(value.value.points, day) : []
}

interface Issues {
  readonly issue: ForecastIssue | null
  /** The newest of the next hours, which may begin the day before and reach into the day behind it. */
  readonly hours: ForecastIssue | null
}

/** Quarters of the day of which something is expected or measured, ascending. */
function quartersOf({ issue, hours }: Issues, measured: readonly KpiPoint[], day: Span): readonly DayQuarter[] {
  const quarters = new Map<number, DayQuarter>()
  const note = (start: string, end: string, more: Partial<DayQuarter>) => {
    const [startMs, endMs] = [Date.parse(start), Date.parse(end)]
    if (startMs < day.fromMs || startMs >= day.toMs) return
    const known = quarters.get(startMs) ?? { startMs, endMs, ...NOTHING }
    quarters.set(startMs, { ...known, ...more })
  }
  for (const { start, end, ...bounds } of issue?.values ?? []) {
    note(start, end, { expected: bounds.value === null ? null : bounds })
  }
  for (const { start, end, ...bounds } of hours?.values ?? []) {
    if (bounds.value !== null) note(start, end, { ahead: bounds })
  }
  for (const { start, end, value, provisional, reason } of measured) {
    note(start, end, { measured: value, isRunning: provisional && Date.parse(end) > nowMs.value, reason })
  }
  return [...quarters.values()].sort((a, b) => a.startMs - b.startMs)
}

const NOTHING = { expected: null, ahead: null, measured: null, isRunning: false, reason: '' } as const

interface DayFactsProps {
  readonly issue: ForecastIssue | null
  /** The newest of the next hours, where it is drawn. */
  readonly hours: ForecastIssue | null
  /** Unit of the KPI: that of the sum. */
  readonly unit: string
  readonly zone: string
}

/** Words for the marks of the picture, and when the forecast was issued. */
function DayFacts({ issue, hours, unit, zone }: DayFactsProps) {
  const w = useOutlookWords().day
  const lang = language.value
  const timeOf = (text: string) => clockText(Date.parse(text), zone, lang)
  return (
    <>
      <span class="outlook-key pillar-green">
        <i class="outlook-mark is-measured" aria-hidden="true" /> {w.measured}
      </span>
      {hours !== null && (
        <span class="outlook-key pillar-intelligent">
          <i class="outlook-mark is-ahead" aria-hidden="true" /> {w.ahead(timeOf(hours.values[0]!.start))}
        </span>
      )}
      {issue !== null && (
        <>
          <span class="outlook-key pillar-intelligent">
            <i class="outlook-mark is-expected" aria-hidden="true" /> {w.expected}
          </span>
          <span class="outlook-key pillar-intelligent">
            <i class="outlook-mark is-50" aria-hidden="true" /> {w.in50}
          </span>
          <span class="outlook-key pillar-intelligent">
            <i class="outlook-mark is-90" aria-hidden="true" /> {w.in90}
          </span>
          {issue.sum !== null && (
            <span>
              {w.total} <TotalText total={issue.sum} unit={unit} />
            </span>
          )}
          <span class="faint num">
            {w.issued(timeOf(issue.issued_at), timeOf(issue.data_up_to ?? issue.known_until))}
          </span>
          <span class="foot-end">{w.tomorrow}</span>
        </>
      )}
    </>
  )
}

function TotalText({ total, unit }: { readonly total: number; readonly unit: string }) {
  const figure = figureFor({ id: '', unit, shape: 'sum' }, total)
  return (
    <strong class="num" data-total={total}>
      {figureText(total, figure, language.value)}
      <Unit unit={figure.unit} />
    </strong>
  )
}

interface QuarterProps {
  readonly quarter: DayQuarter
  readonly figure: Figure
  readonly zone: string
}

/** Time and amounts of the quarter under the pointer. */
function NamedQuarter({ quarter: { startMs, endMs, expected, ahead, measured }, figure, zone }: QuarterProps) {
  const w = useOutlookWords().day
  const lang = language.value
  const text = (value: number | null) => (value === null ? '—' : figureText(value, figure, lang))
  return (
    <>
      <span class="num">{windowText(startMs, endMs, '15m', { zone, language: lang, nowMs: nowMs.value })}</span>
      <span>
        {w.measured} <strong class="num">{text(measured)}</strong>
      </span>
      {expected !== null && (
        <>
          <span>
            {w.expected} <strong class="num">{text(expected.value)}</strong>
          </span>
          <span class="faint num">
            {w.in50} {w.between(text(expected.low_50), text(expected.high_50))}
          </span>
          <span class="faint num">
            {w.in90} {w.between(text(expected.low_90), text(expected.high_90))}
          </span>
        </>
      )}
      {ahead !== null && (
        <span>
          {w.aheadShort} <strong class="num">{text(ahead.value)}</strong>{' '}
          <span class="faint num">
            {w.in90} {w.between(text(ahead.low_90), text(ahead.high_90))}
          </span>
        </span>
      )}
    </>
  )
}
