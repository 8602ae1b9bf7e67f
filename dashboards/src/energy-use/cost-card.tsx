import { useSignal } from '@preact/signals'
import type { PlantNode } from '../../../src/base/wire.js'
import { figureFor, figureText, shareText } from '../format.js'
import { lineName } from '../names.js'
import { metersOf } from '../plant/flow.js'
import type { Asked } from '../series/card-points.js'
import type { Span } from '../series/points.js'
import { useRangePoints } from '../series/range-points.js'
import { QUIET_COVERAGE, type Total, totalOf } from '../series/totals.js'
import { language, words } from '../settings.js'
import { CardFrame } from '../ui/card-frame.js'
import { CardTools } from '../ui/card-tools.js'
import { TableView } from '../ui/table-view.js'
import { useWords } from './words.js'

/** From the dearest down, as figures call them. */
const PERIODS = ['sharp', 'peak', 'flat', 'valley', 'deep_valley'] as const

interface CostCardProps {
  readonly plant: PlantNode
  readonly span: Span
  readonly subtitle: string
}

/** The card shows the cost of electricity by period of the tariff, and by line. */
export function CostCard({ plant, span, subtitle }: CostCardProps) {
  const w = useWords().cost
  const isTable = useSignal(false)
  const of = (kpi: string): Asked => ({ scope: 'plant', id: plant.id, kpi, window: '1d' })
  const ofLine = (line: string): Asked => ({ scope: 'line', id: line, kpi: 'energy_cost', window: '1d' })
  const asked = [
    ...['energy_cost', 'energy_cost_peak_share', 'demand_cost'].map(of),
    ...PERIODS.flatMap((period) => [of(`energy_cost_${period}`), of(`energy_import_${period}`)]),
    ...plant.lines.map(({ id }) => ofLine(id)),
  ]
  const totals = useRangePoints(plant.id, asked, span)
  const total = (one: Asked) => totalOf(totals.of(one))
  const isThere = (one: Asked) => totals.of(one).length > 0
  const rows = PERIODS.filter((period) => isThere(of(`energy_cost_${period}`))).map((period) => ({
    id: period,
    name: w.periods[period],
    energy: total(of(`energy_import_${period}`)),
    cost: total(of(`energy_cost_${period}`)),
  }))
  // The meter that stands in a line may be that of the whole plant: what it counts is not the line's.
  const own = metersOf(plant).flatMap(({ line, submeters }) => (submeters === null ? [line] : []))
  const lines = own
    .filter(({ id }) => isThere(ofLine(id)))
    .map((line) => ({ id: line.id, name: lineName(line), energy: null, cost: total(ofLine(line.id)) }))
    .toSorted((a, b) => (b.cost.value ?? 0) - (a.cost.value ?? 0))
  const whole = total(of('energy_cost'))
  const all = [...rows, { id: 'total', name: w.total, energy: null, cost: whole }, ...lines]
  const unit = plant.currency ?? 'currency'
  const most = whole.value ?? 0
  const look = (row: Row) => ({ share: most > 0 ? (row.cost.value ?? 0) / most : 0, look: 'half' as const })
  return (
    <CardFrame
      id="cost"
      pillar="green"
      title={w.title}
      subtitle={subtitle}
      past={totals.past}
      onRetry={totals.retry}
      tools={
        <CardTools
          isTable={isTable}
          name={[plant.id, 'cost-by-period']}
          span={span}
          zone={plant.timezone}
          rows={() => ({
            columns: ['part', 'energy_kwh', 'cost', 'currency', 'coverage', 'reason'],
            rows: all.map(({ id, energy, cost }) => [
              id,
              energy?.value ?? null,
              cost.value,
              unit,
              cost.coverage,
              cost.reason,
            ]),
          })}
          picture={() => ({
            title: w.title,
            subtitle,
            columns: [w.energy, w.cost],
            rows: all.map((row) => ({
              name: row.name,
              bars: [look(row)],
              values: [kwhText(row.energy), moneyText(row.cost)],
            })),
            note: '',
          })}
        />
      }
      footer={
        <CostFacts
          share={total(of('energy_cost_peak_share'))}
          demand={isThere(of('demand_cost')) ? total(of('demand_cost')) : null}
          whole={whole}
        />
      }
    >
      {!isThere(of('energy_cost')) ? (
        <p class="card-empty">{w.none}</p>
      ) : isTable.value ? (
        <CostTable rows={all} />
      ) : (
        <div class="use-bars">
          {rows.map((row) => (
            <CostRow key={row.id} row={row} most={most} />
          ))}
          <CostRow row={{ id: 'total', name: w.total, energy: null, cost: whole }} most={most} />
          {lines.length > 1 && <h3 class="use-sub">{w.byLine}</h3>}
          {lines.length > 1 && lines.map((row) => <CostRow key={row.id} row={row} most={most} />)}
        </div>
      )}
    </CardFrame>
  )
}

interface CostFactsProps {
  /** Share of the dear periods, 0..1. */
  readonly share: Total
  /** null where no price of demand is configured. */
  readonly demand: Total | null
  readonly whole: Total
}

function CostFacts({ share, demand, whole }: CostFactsProps) {
  const { cost: w, knownPart } = useWords()
  return (
    <>
      {share.value !== null && (
        <span class="num">
          {w.peakShare} <strong>{shareText(share.value, language.value)}</strong>
        </span>
      )}
      {demand !== null && (
        <span class="num">
          {w.demand} <strong>{moneyText(demand)}</strong>
        </span>
      )}
      {whole.value !== null && whole.coverage < QUIET_COVERAGE && (
        <span class="foot-end num">{knownPart(shareText(whole.coverage, language.value))}</span>
      )}
    </>
  )
}

interface Row {
  readonly id: string
  readonly name: string
  readonly energy: Total | null
  readonly cost: Total
}

function CostRow({ row: { id, name, energy, cost }, most }: { readonly row: Row; readonly most: number }) {
  const width = most > 0 ? ((cost.value ?? 0) / most) * 100 : 0
  return (
    <div class={`use-row is-${id}`} data-part={id} data-value={cost.value ?? ''}>
      <span class="use-name">{name}</span>
      <span class="use-track" aria-hidden="true">
        <span class={`use-fill is-${id}`} style={{ width: `${width.toFixed(2)}%` }} />
      </span>
      <span class="num faint">{kwhText(energy)}</span>
      <strong class="num" title={cost.reason === '' ? undefined : words().reasons[cost.reason]}>
        {moneyText(cost)}
      </strong>
    </div>
  )
}

function CostTable({ rows }: { readonly rows: readonly Row[] }) {
  const w = useWords().cost
  return (
    <TableView class="demand-table">
      <thead>
        <tr>
          <th>{w.period}</th>
          <th class="num">{w.energy}</th>
          <th class="num">{w.cost}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, energy, cost }) => (
          <tr key={id}>
            <td>{name}</td>
            <td class="num">{kwhText(energy)}</td>
            <td class="num">{moneyText(cost)}</td>
          </tr>
        ))}
      </tbody>
    </TableView>
  )
}

function kwhText(total: Total | null): string {
  if (total === null) return ''
  if (total.value === null) return '—'
  const figure = figureFor({ id: '', unit: 'kWh', shape: 'sum' }, total.value)
  return `${figureText(total.value, figure, language.value)} ${figure.unit}`
}

function moneyText({ value }: Total): string {
  if (value === null) return '—'
  const figure = figureFor({ id: '', unit: 'currency', shape: 'sum' }, value)
  return `${figureText(value, figure, language.value)} ${figure.unit}`.trim()
}
