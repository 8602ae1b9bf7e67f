import { useSignal } from '@preact/signals'
import { DAY_MS } from '../../../src/base/durations.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { figureFor, figureText, shareText } from '../format.js'
import { queryOf } from '../gateway/api.js'
import { type Asked, useCardPoints } from '../series/card-points.js'
import type { Span } from '../series/points.js'
import { useRangePoints } from '../series/range-points.js'
import { totalOf } from '../series/totals.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { dayText, isoText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { CardTools } from '../ui/card-tools.js'
import { TableView } from '../ui/table-view.js'
import { useWords } from './words.js'

const YEAR_MS = 365 * DAY_MS

interface BaselineCardProps {
  readonly plant: PlantNode
  readonly span: Span
  readonly subtitle: string
}

/** Each day shows its use beside that which the baseline expects for its output. */
export function BaselineCard({ plant, span, subtitle }: BaselineCardProps) {
  const w = useWords().baseline
  const isTable = useSignal(false)
  const zone = plant.timezone
  const of = (kpi: string): Asked => ({ scope: 'plant', id: plant.id, kpi, window: '1d' })
  const days = useCardPoints(plant.id, [of('enpi')], span)
  const totals = useRangePoints(plant.id, [of('enpi'), of('energy_saving_kwh')], span)
  const points = days.of(of('enpi'))
  const [whole, saving] = [totalOf(totals.of(of('enpi'))), totalOf(totals.of(of('energy_saving_kwh')))]
  const most = Math.max(
    Number.MIN_VALUE,
    ...points.flatMap(({ numerator, denominator }) => [numerator ?? 0, denominator ?? 0]),
  )
  const dayOf = ({ start }: KpiPoint) => dayText(Date.parse(start), zone, language.value)
  return (
    <CardFrame
      id="baseline"
      pillar="green"
      title={w.title}
      subtitle={subtitle}
      past={days.past}
      onRetry={days.retry}
      tools={
        points.length > 0 && (
          <CardTools
            isTable={isTable}
            name={[plant.id, 'baseline']}
            span={span}
            zone={zone}
            rows={() => ({
              columns: ['day', 'actual_kwh', 'expected_kwh', 'enpi', 'reason'],
              rows: points.map(({ start, numerator, denominator, value, reason }) => [
                isoText(Date.parse(start), zone),
                numerator,
                denominator,
                value,
                reason,
              ]),
            })}
            picture={() => ({
              title: w.title,
              subtitle,
              columns: [w.actual, w.expected, w.enpi],
              rows: points.map((point) => ({
                name: dayOf(point),
                bars: [{ share: (point.numerator ?? 0) / most, look: 'half' as const }],
                values: [kwhText(point.numerator), kwhText(point.denominator), sharesText(point)],
              })),
              note: '',
            })}
          />
        )
      }
      footer={
        points.length > 0 && (
          <>
            <span class="num">
              {w.over} · {w.enpi} <strong>{sharesText(whole)}</strong>
            </span>
            <span class="num">
              {w.saving} <strong>{kwhText(saving.value)}</strong>
            </span>
          </>
        )
      }
    >
      {points.length === 0 ? (
        <p class="card-empty">
          {w.none} <a href={baselineAddress(plant)}>{w.ask}</a>
        </p>
      ) : isTable.value ? (
        <BaselineTable points={points} dayOf={dayOf} />
      ) : (
        <BaselineBars points={points} dayOf={dayOf} most={most} />
      )}
    </CardFrame>
  )
}

interface DaysProps {
  readonly points: readonly KpiPoint[]
  readonly dayOf: (point: KpiPoint) => string
}

function BaselineTable({ points, dayOf }: DaysProps) {
  const w = useWords().baseline
  return (
    <TableView class="demand-table">
      <thead>
        <tr>
          <th>{w.day}</th>
          <th class="num">{w.actual}</th>
          <th class="num">{w.expected}</th>
          <th class="num">{w.enpi}</th>
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <tr key={point.start}>
            <td class="num is-left">{dayOf(point)}</td>
            <td class="num">{kwhText(point.numerator)}</td>
            <td class="num">{kwhText(point.denominator)}</td>
            <td class="num">{sharesText(point)}</td>
          </tr>
        ))}
      </tbody>
    </TableView>
  )
}

interface BaselineBarsProps extends DaysProps {
  /** Largest use or expectation of a day, kWh. */
  readonly most: number
}

/** Each day as a bar of its use, with a mark where the baseline expects it. */
function BaselineBars({ points, dayOf, most }: BaselineBarsProps) {
  return (
    <div class="use-bars">
      {points.map((point) => (
        <div key={point.start} class="use-row" data-day={point.start} data-value={point.value ?? ''}>
          <span class="use-name num">{dayOf(point)}</span>
          <span class="use-track" aria-hidden="true">
            <span class="use-fill" style={{ width: `${(((point.numerator ?? 0) / most) * 100).toFixed(2)}%` }} />
            {point.denominator !== null && (
              <span class="use-limit is-target" style={{ left: `${((point.denominator / most) * 100).toFixed(2)}%` }} />
            )}
          </span>
          <span class="num faint">
            {kwhText(point.numerator)} / {kwhText(point.denominator)}
          </span>
          <strong class="num">{sharesText(point)}</strong>
        </div>
      ))}
    </div>
  )
}

/** Share of what was expected, or why there is none. */
function sharesText({ value, reason }: Pick<KpiPoint, 'value' | 'reason'>): string {
  return value === null ? `— ${reason === '' ? '' : words().reasons[reason]}` : shareText(value, language.value)
}

/** The gateway proposes these lines for the configuration from the days that it has. */
function baselineAddress(plant: PlantNode): string {
  const year = { fromMs: nowMs.peek() - YEAR_MS, toMs: nowMs.peek() }
  return `/api/v1/plants/${encodeURIComponent(plant.id)}/enpi/baseline?${new URLSearchParams({ ...queryOf(year) })}`
}

function kwhText(value: number | null): string {
  if (value === null) return '—'
  const figure = figureFor({ id: '', unit: 'kWh', shape: 'sum' }, value)
  return `${figureText(value, figure, language.value)} ${figure.unit}`
}
