import { useSignal } from '@preact/signals'
import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { type Figure, figureFor, figureText } from '../format.js'
import { useCardPoints } from '../series/card-points.js'
import type { Span } from '../series/points.js'
import { language, words } from '../settings.js'
import { dayText, isoText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { CardTools } from '../ui/card-tools.js'
import { TableView } from '../ui/table-view.js'
import { Unit } from '../ui/text.js'
import { type HourCell, type HourRow, hourRows } from './hours.js'
import { useWords } from './words.js'

const ENERGY: Pick<KpiInfo, 'id' | 'unit' | 'shape'> = { id: 'energy_elec_import', unit: 'kWh', shape: 'sum' }
const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const two = (hour: number) => String(hour).padStart(2, '0')

interface HoursCardProps {
  readonly plant: PlantNode
  readonly span: Span
  readonly subtitle: string
}

/** The electricity of each hour of each day is a cell, so that nights and weekends which are not quiet stand out. */
export function HoursCard({ plant, span, subtitle }: HoursCardProps) {
  const w = useWords().hours
  const isTable = useSignal(false)
  const zone = plant.timezone
  const asked = { scope: 'plant', id: plant.id, kpi: ENERGY.id, window: '1h' } as const
  const read = useCardPoints(plant.id, [asked], span)
  const points = read.of(asked)
  const rows = hourRows(points, zone)
  const most = Math.max(0, ...points.map(({ value }) => value ?? 0))
  const figure = figureFor(ENERGY, most)
  const isTwice = rows.some(({ cells }) => cells.some(({ half }) => half !== null))
  return (
    <CardFrame
      id="hours"
      pillar="green"
      title={w.title}
      subtitle={subtitle}
      past={read.past}
      onRetry={read.retry}
      isEmpty={rows.length === 0}
      tools={
        <CardTools
          isTable={isTable}
          name={[plant.id, ENERGY.id, 'hours']}
          span={span}
          zone={zone}
          rows={() => ({
            columns: ['hour', 'energy_kwh', 'reason'],
            rows: points.map(({ start, value, reason }) => [isoText(Date.parse(start), zone), value, reason]),
          })}
          picture={() => ({
            title: w.title,
            subtitle,
            columns: [],
            rows: rows.map((row) => ({
              name: dayText(row.startMs, zone, language.value),
              bars: [],
              cells: HOURS.map((hour) => shareOf(row.cells.find((cell) => cell.hour === hour)?.point, most)),
              values: [],
            })),
            note: `${w.least} 0 – ${figureText(most, figure, language.value)} ${figure.unit} ${w.most}`,
          })}
        />
      }
      footer={
        <>
          <span class="hours-scale num">
            0 <span class="hours-ramp" aria-hidden="true" /> {figureText(most, figure, language.value)} {figure.unit}
          </span>
          {isTwice && <span class="foot-end">{w.twice}</span>}
        </>
      }
    >
      {isTable.value ? (
        <HoursTable rows={rows} figure={figure} zone={zone} />
      ) : (
        <HeatMap rows={rows} most={most} figure={figure} zone={zone} />
      )}
    </CardFrame>
  )
}

function shareOf(point: KpiPoint | undefined, most: number): number | null {
  return point === undefined || point.value === null || most === 0 ? null : point.value / most
}

interface MapProps {
  readonly rows: readonly HourRow[]
  readonly most: number
  readonly figure: Figure
  readonly zone: string
}

function HeatMap({ rows, most, figure, zone }: MapProps) {
  const w = useWords().hours
  const lang = language.value
  return (
    <div class="hours-map" role="img" aria-label={w.title}>
      <span />
      {HOURS.map((hour) => (
        <span key={hour} class="hours-head num">
          {hour % 3 === 0 ? two(hour) : ''}
        </span>
      ))}
      {rows.map((row) => (
        <div key={row.startMs} class="hours-row">
          <span class="hours-day num">{dayText(row.startMs, zone, lang)}</span>
          {row.cells.map((cell) => (
            <Cell key={cell.startMs} cell={cell} day={dayText(row.startMs, zone, lang)} most={most} figure={figure} />
          ))}
        </div>
      ))}
    </div>
  )
}

interface CellProps {
  readonly cell: HourCell
  readonly day: string
  readonly most: number
  readonly figure: Figure
}

function Cell({ cell: { hour, half, point }, day, most, figure }: CellProps) {
  const w = useWords().hours
  const share = shareOf(point, most)
  const value =
    point.value === null
      ? words().reasons[point.reason === '' ? 'no_data' : point.reason]
      : `${figureText(point.value, figure, language.value)} ${figure.unit}`
  const place = { gridColumn: String(hour + 2) }
  return (
    <span
      class={`hours-cell ${share === null ? 'is-missing' : ''} ${half === null ? '' : `is-half-${half}`}`}
      style={place}
      title={w.cell(day, `${two(hour)}:00`, value)}
      data-value={point.value ?? ''}
    >
      {share !== null && <span class="hours-fill" style={{ opacity: (0.06 + 0.94 * share).toFixed(3) }} />}
    </span>
  )
}

function HoursTable({ rows, figure, zone }: Omit<MapProps, 'most'>) {
  const w = useWords().hours
  const lang = language.value
  return (
    <TableView class="hours-table">
      <thead>
        <tr>
          <th>
            {w.day} <Unit unit={figure.unit} />
          </th>
          {HOURS.map((hour) => (
            <th key={hour} class="num">
              {two(hour)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ startMs, cells }) => (
          <tr key={startMs}>
            <td class="num is-left">{dayText(startMs, zone, lang)}</td>
            {HOURS.map((hour) => (
              <td key={hour} class="num">
                {cells
                  .filter((cell) => cell.hour === hour)
                  .map(({ point }) => (point.value === null ? '—' : figureText(point.value, figure, lang)))
                  .join(' / ')}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </TableView>
  )
}
