import { useSignal } from '@preact/signals'
import { DAY_MS } from '../../../src/base/durations.js'
import type { RangePeak } from '../../../src/base/range-figure.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { figureFor, figureText, shareText } from '../format.js'
import { demandLimits } from '../plant/demand.js'
import type { Asked } from '../series/card-points.js'
import type { Span } from '../series/points.js'
import { useRangePoints } from '../series/range-points.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { isoText, windowText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { CardTools } from '../ui/card-tools.js'
import { TableView } from '../ui/table-view.js'
import { useWords } from './words.js'

const PEAKS = 10
/** The gateway goes through so much for the highest. */
const RANGE_MAX_MS = 400 * DAY_MS
/** A plant is billed by sliding demand where it has that, else by blocks of the clock. */
const DEMANDS = ['peak_demand_15_sliding', 'peak_demand_15'] as const

interface PeaksCardProps {
  readonly plant: PlantNode
  readonly span: Span
  readonly subtitle: string
}

/** The hours with the highest demand of the range, and how near to its limit each was. */
export function PeaksCard({ plant, span, subtitle }: PeaksCardProps) {
  const w = useWords().peaks
  const isTable = useSignal(false)
  const zone = plant.timezone
  const asked = DEMANDS.map((kpi): Asked => ({ scope: 'plant', id: plant.id, kpi, window: '1d' }))
  const isShort = span.toMs - span.fromMs <= RANGE_MAX_MS
  const totals = useRangePoints(plant.id, asked, span, isShort ? { highest: '1h', peaks: PEAKS } : {})
  const point = asked.flatMap((one) => totals.of(one)).at(0)
  const peaks = point?.figure.peaks ?? []
  const limit = demandLimits(plant.targets).limit
  const most = Math.max(Number.MIN_VALUE, limit ?? 0, ...peaks.map(({ value }) => value))
  const figure = figureFor({ id: 'peak_demand_15', unit: 'kW', shape: 'level' }, most)
  const textOf = ({ value }: RangePeak) => `${figureText(value, figure, language.value)} ${figure.unit}`
  const place = { zone, language: language.value, nowMs: nowMs.value }
  const hourOf = ({ start, end }: RangePeak) => windowText(Date.parse(start), Date.parse(end), '1h', place)
  const ofLimit = ({ value }: RangePeak) => (limit === null ? '' : shareText(value / limit, language.value))
  return (
    <CardFrame
      id="peaks"
      pillar="green"
      title={w.title}
      subtitle={subtitle}
      past={totals.past}
      onRetry={totals.retry}
      tools={
        <CardTools
          isTable={isTable}
          name={[plant.id, 'peak-hours']}
          span={span}
          zone={zone}
          rows={() => ({
            columns: ['rank', 'from', 'to', 'demand_kw', 'limit_kw'],
            rows: peaks.map((peak, i) => [
              i + 1,
              isoText(Date.parse(peak.start), zone),
              isoText(Date.parse(peak.end), zone),
              peak.value,
              limit,
            ]),
          })}
          picture={() => ({
            title: w.title,
            subtitle,
            columns: [w.demand, ...(limit === null ? [] : [w.ofLimit])],
            rows: peaks.map((peak) => ({
              name: hourOf(peak),
              bars: [{ share: peak.value / most, look: 'half' as const }],
              values: [textOf(peak), ...(limit === null ? [] : [ofLimit(peak)])],
            })),
            note: w.note,
          })}
        />
      }
      footer={<span class="faint">{isShort ? w.note : w.tooLong}</span>}
    >
      {peaks.length === 0 ? (
        <p class="card-empty">{isShort ? w.none : w.tooLong}</p>
      ) : isTable.value ? (
        <TableView class="demand-table">
          <thead>
            <tr>
              <th>{w.rank}</th>
              <th>{w.hour}</th>
              <th class="num">{w.demand}</th>
              {limit !== null && <th class="num">{w.ofLimit}</th>}
            </tr>
          </thead>
          <tbody>
            {peaks.map((peak, i) => (
              <tr key={peak.start}>
                <td class="num is-left">{i + 1}</td>
                <td class="num is-left">{hourOf(peak)}</td>
                <td class="num">{textOf(peak)}</td>
                {limit !== null && <td class="num">{ofLimit(peak)}</td>}
              </tr>
            ))}
          </tbody>
        </TableView>
      ) : (
        <div class="use-bars">
          {peaks.map((peak, i) => (
            <div key={peak.start} class="use-row" data-peak={i + 1} data-value={peak.value}>
              <span class="use-name num">{hourOf(peak)}</span>
              <span class="use-track" aria-hidden="true">
                <span
                  class={`use-fill ${limit !== null && peak.value > limit ? 'is-over' : ''}`}
                  style={{ width: `${((peak.value / most) * 100).toFixed(2)}%` }}
                />
                {limit !== null && <span class="use-limit" style={{ left: `${((limit / most) * 100).toFixed(2)}%` }} />}
              </span>
              <span class="num faint">{limit === null ? '' : words().energy.demand.ofLimit(ofLimit(peak))}</span>
              <strong class="num">{textOf(peak)}</strong>
            </div>
          ))}
        </div>
      )}
    </CardFrame>
  )
}
