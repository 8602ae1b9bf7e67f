import { useSignal } from '@preact/signals'
import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { rangeOf } from '../chart/point-text.js'
import type { CardPicture } from '../export/card-picture.js'
import { decimal, figureFor, figureText, shareText } from '../format.js'
import { type Asked, hasFigure, useCardPoints } from '../series/card-points.js'
import type { RangePoint } from '../series/range-point.js'
import { useRangePoints } from '../series/range-points.js'
import { language, words } from '../settings.js'
import { newestMs, nowMs, route } from '../state.js'
import { lengthMsOf, periodOf, spanBefore, spanOfRange } from '../time/range.js'
import { rangeText } from '../time/range-text.js'
import { dateText, isoText, type Reader, windowText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { CardTools } from '../ui/card-tools.js'
import { TableView } from '../ui/table-view.js'
import { Unit } from '../ui/text.js'
import { type Block, demandBlocks, demandLimits, highestBlock, laidOver } from './demand.js'
import { DemandChart } from './demand-chart.js'
import { useDemandForecast } from './demand-forecast.js'

interface DemandCardProps {
  readonly plant: PlantNode
  /** The plant as a whole where there is none. */
  readonly line: string | null
}

/**
 * The highest 15-minute demand of the range, and the blocks of one day against their limit and the day before: of the day in
 * which the range ends, or of a longer one the day of its highest block.
 */
export function DemandCard({ plant, line }: DemandCardProps) {
  const w = words()
  const isTable = useSignal(false)
  const named = useSignal<Block | null>(null)
  const zone = plant.timezone
  const of = line === null ? ({ scope: 'plant', id: plant.id } as const) : ({ scope: 'line', id: line } as const)
  const demand = useDemand(plant, of)
  const { peak, past: summed } = demand
  const shownRange = dayShown(peak, zone)
  const range = shownRange.range
  const day = spanOfRange(range, zone, nowMs.value)
  const before = spanBefore(range, zone, nowMs.value)
  const energy: Asked = { ...of, kpi: 'energy_elec_import', window: '15m' }
  const today = useCardPoints(plant.id, [energy], day)
  const yesterday = useCardPoints(plant.id, [energy], before)
  const limits = line === null ? demandLimits(plant.targets) : { limit: null, warn: null }
  const blocks = demandBlocks(today.of(energy), limits, { nowMs: nowMs.value, newestMs: newestMs(plant) })
  const past = laidOver(yesterday.of(energy), before, day, zone)
  const forecast = useDemandForecast(plant.id, of, day)
  const isEmpty = blocks.length === 0 && past.length === 0
  const isKnown = line === null && hasFigure(plant.id, 'energy_elec_import')
  if (today.past.kind === 'loaded' && isEmpty && !isKnown) return null
  const highest = highestBlock(blocks)
  const figure = figureFor(
    { id: '', unit: 'kW', shape: 'level' },
    Math.max(peak?.value ?? 0, ...blocks.map(({ kw }) => kw ?? 0)),
  )
  const place = { zone, language: language.value, nowMs: nowMs.value }
  return (
    <CardFrame
      id="demand"
      pillar="green"
      title={w.energy.demand.title}
      subtitle={[
        w.energy.demand.of,
        rangeText(range, place, w),
        ...(shownRange.isOfHighest ? [w.energy.demand.dayOfHighest] : []),
      ].join(' · ')}
      past={summed.kind === 'failed' ? summed : today.past}
      onRetry={today.retry}
      isEmpty={isEmpty}
      tools={
        <>
          {!isTable.value && <DemandKeys hasForecast={forecast.length > 0} hasBefore={past.length > 0} />}
          <CardTools
            isTable={isTable}
            name={[plant.id, ...(line === null ? [] : [line]), 'demand']}
            span={day}
            zone={zone}
            rows={() => demandRows(blocks, limits.limit, zone)}
            picture={() => demandPicture(blocks, limits, figure, place)}
          />
        </>
      }
      footer={
        named.value === null ? (
          <DemandFacts
            plant={plant}
            demand={demand}
            limit={limits.limit}
            figure={figure}
            notCounted={blocks.filter(({ counts, isRunning }) => !counts && !isRunning).length}
          />
        ) : (
          <NamedBlock block={named.value} figure={figure} place={place} />
        )
      }
    >
      {isTable.value ? (
        <DemandTable blocks={blocks} figure={figure} zone={zone} />
      ) : (
        <DemandChart
          day={day}
          blocks={blocks}
          before={past}
          forecast={forecast}
          limits={limits}
          highest={highest}
          figure={figure}
          zone={zone}
          onName={(block) => (named.value = block)}
        />
      )}
    </CardFrame>
  )
}

/** Names of the lines of the picture. */
function DemandKeys({ hasForecast, hasBefore }: { readonly hasForecast: boolean; readonly hasBefore: boolean }) {
  const w = words().energy.demand
  return (
    <>
      {hasForecast && <DemandKey look="pillar-intelligent" line="bands-line" path="M0 5H18" name={w.forecast} />}
      {hasBefore && <DemandKey look="" line="demand-before" path="M0 7.5H6V2.5H12V5.5H18" name={w.dayBefore} />}
    </>
  )
}

interface DemandKeyProps {
  readonly look: string
  readonly line: string
  readonly path: string
  readonly name: string
}

function DemandKey({ look, line, path, name }: DemandKeyProps) {
  return (
    <span class={`demand-key ${look}`}>
      <svg width="18" height="10" aria-hidden="true">
        <path class={line} d={path} />
      </svg>
      {name}
    </span>
  )
}

interface DemandFactsProps {
  readonly plant: PlantNode
  readonly demand: ReturnType<typeof useDemand>
  /** kW; null where none is configured. */
  readonly limit: number | null
  readonly figure: ReturnType<typeof figureFor>
  /** Blocks that are over and do not count. */
  readonly notCounted: number
}

/** The highest demand beside its limit, and how even the load is. */
function DemandFacts({ plant, demand: { peak, load, power }, limit, figure, notCounted }: DemandFactsProps) {
  const w = words()
  const lang = language.value
  const fact = (name: string, text: string) => (
    <span key={name}>
      {name} <strong class="num">{text}</strong>
    </span>
  )
  return (
    <>
      {peak !== undefined && <span class="faint num">{rangeOf(peak, plant)}</span>}
      {fact(
        w.energy.demand.highest,
        peak?.value == null
          ? `— ${peak === undefined || peak.reason === '' ? '' : w.reasons[peak.reason]}`
          : `${figureText(peak.value, figure, lang)} ${figure.unit}`,
      )}
      {peak?.value != null && limit !== null && (
        <span class="faint num">{w.energy.demand.ofLimit(shareText(peak.value / limit, lang))}</span>
      )}
      {load?.value != null && fact(w.energy.demand.loadFactor, shareText(load.value, lang))}
      {power?.value != null && fact(w.energy.demand.powerFactor, decimal(power.value, 3, lang))}
      {notCounted > 0 && <span class="foot-end">{w.energy.demand.notCounted(String(notCounted))}</span>}
    </>
  )
}

interface NamedBlockProps {
  readonly block: Block
  readonly figure: ReturnType<typeof figureFor>
  readonly place: Reader
}

/** Time, power and remarks of the block under the pointer. */
function NamedBlock({ block, figure, place }: NamedBlockProps) {
  return (
    <>
      <span class="num">{windowText(block.fromMs, block.toMs, '15m', place)}</span>
      <strong class="num">
        {block.kw === null ? '—' : figureText(block.kw, figure, place.language)}
        <Unit unit={figure.unit} />
      </strong>
      <span class="faint">{blockWords(block).join(' · ')}</span>
    </>
  )
}

function demandRows(blocks: readonly Block[], limitKw: number | null, zone: string) {
  return {
    columns: ['from', 'to', 'demand_kw', 'limit_kw', 'counts', 'reason'],
    rows: blocks.map(({ fromMs, toMs, kw, counts, point }) => [
      isoText(fromMs, zone),
      isoText(toMs, zone),
      kw,
      limitKw,
      counts,
      point.reason,
    ]),
  }
}

/** Every block as a bar; in a hundred rows the day is read from above down. */
function demandPicture(
  blocks: readonly Block[],
  { limit }: ReturnType<typeof demandLimits>,
  figure: ReturnType<typeof figureFor>,
  place: Reader,
): CardPicture {
  const w = words().energy.demand
  const most = Math.max(Number.MIN_VALUE, limit ?? 0, ...blocks.map(({ kw }) => kw ?? 0))
  return {
    title: w.title,
    subtitle: [
      w.of,
      ...blocks.slice(0, 1).map(({ fromMs }) => dateText(fromMs, place)),
      ...(limit === null
        ? []
        : [`${words().legend.limit} ${figureText(limit, figure, place.language)} ${figure.unit}`]),
    ].join(' · '),
    columns: [figure.unit],
    rows: blocks.map((block) => ({
      name: windowText(block.fromMs, block.toMs, '15m', place),
      bars: [{ share: (block.kw ?? 0) / most, look: block.state === 'limit' ? ('full' as const) : ('half' as const) }],
      values: [block.kw === null ? '—' : figureText(block.kw, figure, place.language)],
    })),
    note: '',
  }
}

/** The highest demand of the range and how even its load is. */
function useDemand(plant: PlantNode, of: Pick<Asked, 'scope' | 'id'>) {
  const { range } = route.value
  const span = spanOfRange(range, plant.timezone, nowMs.value)
  const asked = ['peak_demand_15', 'load_factor', 'power_factor'].map((kpi): Asked => ({ ...of, kpi, window: '1d' }))
  const isShort = span.toMs - span.fromMs <= NAMED_MAX_MS
  const totals = useRangePoints(plant.id, asked, span, isShort ? { highest: '1d' } : {})
  const [peak, load, power] = asked.map((one) => totals.of(one)[0])
  return { peak, load, power, past: totals.past }
}

/** Longer than this no day is named. */
const NAMED_MAX_MS = 400 * DAY_MS
const LONGEST_DAY_MS = 25 * HOUR_MS

/** The day in which the range ends; of a longer one the day of its highest block. */
function dayShown(peak: RangePoint | undefined, zone: string) {
  const { range } = route.value
  const highest = peak?.figure.highest ?? null
  if (highest === null || lengthMsOf(range) <= LONGEST_DAY_MS) {
    return { range: periodOf(range, 'day', zone, nowMs.value), isOfHighest: false }
  }
  const fromMs = Date.parse(highest.start)
  const named = { kind: 'span', fromMs, toMs: fromMs + 60_000 } as const
  return { range: periodOf(named, 'day', zone, nowMs.value), isOfHighest: true }
}

/** Words for what is to be said of a block beside its power. */
function blockWords({ state, counts, isRunning, point }: Block): readonly string[] {
  const w = words()
  return [
    ...(state === 'normal' ? [] : [w.energy.demand.states[state]]),
    ...(isRunning ? [w.energy.demand.running] : counts ? [] : [w.energy.demand.notCounting]),
    ...(point.reason === '' ? [] : [w.reasons[point.reason]]),
  ]
}

interface DemandTableProps {
  readonly blocks: readonly Block[]
  readonly figure: ReturnType<typeof figureFor>
  readonly zone: string
}

function DemandTable({ blocks, figure, zone }: DemandTableProps) {
  const w = words()
  const lang = language.value
  const place = { zone, language: lang, nowMs: nowMs.value }
  return (
    <TableView class="demand-table">
      <thead>
        <tr>
          <th>{w.table.time}</th>
          <th class="num">
            {w.table.value}
            <Unit unit={figure.unit} />
          </th>
          <th>{w.table.notes}</th>
        </tr>
      </thead>
      <tbody>
        {blocks.toReversed().map((block) => (
          <tr key={block.fromMs}>
            <td class="num is-left">{windowText(block.fromMs, block.toMs, '15m', place)}</td>
            <td class="num">{block.kw === null ? '—' : figureText(block.kw, figure, lang)}</td>
            <td>{blockWords(block).join(' · ')}</td>
          </tr>
        ))}
      </tbody>
    </TableView>
  )
}
