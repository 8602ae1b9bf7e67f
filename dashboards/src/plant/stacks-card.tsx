import { DAY_MS } from '../../../src/base/durations.js'
import type { KpiPoint, Window } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { rangeOf, whenText } from '../chart/point-text.js'
import type { CardPicture } from '../export/card-picture.js'
import { amountText, decimal, type Figure, figureFor, referenceText, shareText } from '../format.js'
import { useLive } from '../gateway/live.js'
import { wantedOfDevices } from '../gateway/wanted.js'
import type { Asked } from '../series/card-points.js'
import { pointsOf } from '../series/history.js'
import type { RangePoint } from '../series/range-point.js'
import { useRangePoints } from '../series/range-points.js'
import { language, words } from '../settings.js'
import { generation, nowMs, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { rangeText } from '../time/range-text.js'
import { windowText } from '../time/time.js'
import { type CardRows, CardTools } from '../ui/card-tools.js'
import { EmptyState } from '../ui/empty-state.js'
import { CriticalSign } from '../ui/icon.js'
import { Skeleton } from '../ui/skeleton.js'
import { subscripts, Unit, Value } from '../ui/text.js'
import {
  hoursAbove,
  LIMIT_AT,
  limitIds,
  limitOf,
  STACK_KPIS,
  type StackFigure,
  type StackRemark,
  type StackRow,
  stackDevices,
  stackRemarks,
  stackRows,
  trackEnd,
} from './stacks.js'

/**
 * Figures of all stacks or of one (`device`): those of the whole range, and of an hour the newest while the range reaches now,
 * else the highest of the range.
 */
function useStackFigures(plant: PlantNode, devices: readonly string[]) {
  const span = spanOfRange(route.value.range, plant.timezone, nowMs.value)
  const isLive = span.toMs >= nowMs.value
  const named = span.toMs - span.fromMs <= NAMED_MAX_MS && !isLive ? ({ highest: '1h' } as const) : {}
  const member = (device: string | undefined) =>
    device === undefined ? ({ scope: 'plant', id: plant.id } as const) : ({ scope: 'device', id: device } as const)
  const asked = [undefined, ...devices].flatMap((device) =>
    STACK_KPIS.map((kpi): Asked => ({ ...member(device), kpi, window: '1d' })),
  )
  const totals = useRangePoints(plant.id, asked, span, named)
  const newestOf =
    (device?: string) =>
    (kpi: string, window: Window): KpiPoint | undefined => {
      if (window === '1h' && isLive) return pointsOf({ plant: plant.id, device, kpi, window }).value.at(-1)
      const point = totals.of({ ...member(device), kpi, window: '1d' })[0]
      return window === '1h' && point !== undefined ? highestHour(point) : point
    }
  return { newestOf, isLive, past: totals.past }
}

/** Length of the longest range of which an hour is named, ms. */
const NAMED_MAX_MS = 400 * DAY_MS

/** A limit holds for all hours of the range: what is compared with it stands in its highest one. */
function highestHour(point: RangePoint): KpiPoint | undefined {
  const { highest } = point.figure
  if (point.kpi.startsWith('exceed_multiple_')) return { ...point, window: '1h' }
  if (highest === null)
    return { ...point, window: '1h', value: null, reason: point.reason === '' ? 'no_data' : point.reason }
  return { ...point, window: '1h', value: highest.value, reason: '' }
}

function hourText(hour: KpiPoint, zone: string, isLive: boolean): string {
  if (isLive) return whenText(hour, zone)
  const highest = (hour as RangePoint).figure?.highest ?? null
  const w = words().stacks
  if (highest === null) return w.highestHour
  return w.highestHourAt(windowText(Date.parse(highest.start), Date.parse(highest.end), '1h', placeIn(zone)))
}

const placeIn = (zone: string) => ({ zone, language: language.value, nowMs: nowMs.value })

interface StackBlock {
  readonly key: string
  readonly name: string
  readonly rows: readonly StackRow[]
  /** Standards or permits whose limits the rows are compared with. */
  readonly limits: readonly string[]
  readonly hoursAbove: number
}

/**
 * Card of what the stacks of a plant emit, against the limits that are configured for the plant; nothing in a plant
 * without a stack. One stack is the plant; of several each has its rows below those of all.
 */
export function StacksCard({ plant }: { readonly plant: PlantNode }) {
  const w = words()
  const stacks = stackDevices(plant)
  const isOne = stacks.length === 1
  const { hasSnapshot, problem } = useLive(
    isOne || stacks.length === 0 ? null : wantedOfDevices(plant.id, STACK_KPIS, ['1h', '1d']),
  )
  const { newestOf, isLive, past } = useStackFigures(plant, isOne ? [] : stacks.map(({ id }) => id))
  const ofPlant: StackBlock = {
    key: plant.id,
    name: (isOne ? stacks[0]?.id : undefined) ?? w.stacks.all,
    rows: stackRows(newestOf(), plant.targets, isOne),
    limits: isOne ? limitIds(newestOf()) : [],
    hoursAbove: hoursAbove(newestOf()),
  }
  const each = isOne
    ? []
    : stacks.map(({ id }) => ({
        key: id,
        name: id,
        rows: stackRows(newestOf(id), []),
        limits: limitIds(newestOf(id)),
        hoursAbove: hoursAbove(newestOf(id)),
      }))
  const blocks = [ofPlant, ...each].filter(({ rows }) => rows.length > 0)
  if (stacks.length === 0 && blocks.length === 0) return null
  const isKnown = generation.value > 0 && hasSnapshot.value && past.kind !== 'loading'
  const isEmpty = isKnown && blocks.length === 0
  const peers = blocks.flatMap(({ rows }) => rows)
  return (
    <section class="card stacks-card" aria-label={w.stacks.title} data-card="stacks">
      <header class="card-head">
        <span class="pillar-square pillar-green" aria-hidden="true" />
        <h2>{w.stacks.title}</h2>
        {blocks.length > 0 && (
          <span class="card-tools">
            <CardTools
              isTable={null}
              name={[plant.id, 'stacks']}
              span={spanOfRange(route.value.range, plant.timezone, nowMs.value)}
              zone={plant.timezone}
              rows={() => stackCells(blocks)}
              picture={() => stackPicture(blocks, rangeText(route.value.range, placeIn(plant.timezone), words()))}
            />
          </span>
        )}
      </header>
      {isEmpty && <EmptyState plant={plant} subject="emissions" />}
      {blocks.map((block) => (
        <Block key={block.key} block={block} peers={peers} plant={plant} isLive={isLive} />
      ))}
      {problem.value !== null && (
        <p class="card-problem" role="alert">
          {problem.value}
        </p>
      )}
      {!isKnown && problem.value === null && <BlocksSkeleton count={1 + each.length - blocks.length} />}
      {!isEmpty && (
        <footer class="card-foot">
          <span>
            mg/Nm³,{' '}
            {subscripts(blocks.some(({ limits }) => limits.length > 0) ? w.stacks.meansAtReference : w.stacks.means)}
          </span>
          <Coverage rows={ofPlant.rows} />
        </footer>
      )}
    </section>
  )
}

const figuresOf = ({ hour, day, mass }: StackRow) => [
  ...(hour === null ? [] : [{ what: 'hour', ...hour }]),
  ...(day === null ? [] : [{ what: 'range', ...day }]),
  ...(mass === null ? [] : [{ what: 'mass', ...mass }]),
]

function stackCells(blocks: readonly StackBlock[]): CardRows {
  return {
    columns: ['stack', 'pollutant', 'what', 'figure', 'value', 'unit', 'limit', 'coverage', 'reason'],
    rows: blocks.flatMap(({ key, rows }) =>
      rows.flatMap((row) =>
        figuresOf(row).map(({ what, point, reference }) => [
          key,
          row.pollutant,
          what,
          point.kpi,
          point.value,
          point.unit,
          reference?.value ?? null,
          point.coverage,
          point.reason,
        ]),
      ),
    ),
  }
}

/** The hour of each row against its limit, which stands in every row at the same place. */
function stackPicture(blocks: readonly StackBlock[], subtitle: string): CardPicture {
  const number = (value: number | null | undefined) => (value == null ? '—' : decimal(value, 2, language.value))
  return {
    title: words().stacks.title,
    subtitle,
    columns: ['mg/Nm³', words().legend.limit],
    rows: blocks.flatMap(({ name, rows }) =>
      rows.map(({ pollutant, hour }) => {
        const [value, limit] = [hour?.point.value ?? null, hour?.reference?.value ?? null]
        const share = value === null || limit === null ? 0 : Math.min(1, (value / limit) * LIMIT_AT)
        const look = value !== null && limit !== null && value > limit ? ('full' as const) : ('half' as const)
        return {
          name: `${name} ${pollutant.toUpperCase()}`,
          bars: share > 0 ? [{ share, look }] : [],
          values: [number(value), number(limit)],
        }
      }),
    ),
    note: '',
  }
}

function BlocksSkeleton({ count }: { readonly count: number }) {
  return Array.from({ length: count }, (_, i) => (
    <div key={i} class="stack-block">
      <Skeleton class="is-plot" />
    </div>
  ))
}

function Coverage({ rows }: { readonly rows: readonly StackRow[] }) {
  const hours = rows.flatMap(({ hour }) => hour ?? [])
  if (hours.length === 0) return null
  const least = Math.min(...hours.map(({ point }) => point.coverage))
  return <span class="foot-end num">{words().stacks.covered(shareText(least, language.value))}</span>
}

interface BlockProps {
  readonly block: StackBlock
  readonly peers: readonly StackRow[]
  readonly plant: PlantNode
  readonly isLive: boolean
}

function Block({ block, peers, plant, isLive }: BlockProps) {
  const w = words()
  const point = (pick: (row: StackRow) => StackFigure | null) => block.rows.map(pick).find((f) => f !== null)?.point
  const hour = point((row) => row.hour)
  const day = point((row) => row.day ?? row.mass)
  const mass = massFigure(block.rows)
  return (
    <div class="stack-block" data-stack={block.key}>
      <table>
        <thead>
          <tr class="stack-row stack-head">
            <th>
              <strong>{block.name}</strong>
            </th>
            <th class="stack-hour">{hour === undefined ? '' : hourText(hour, plant.timezone, isLive)}</th>
            <th class="num">{block.rows.some((row) => limitOf(row) !== null) ? w.stacks.limit : ''}</th>
            <th class="num" title={day === undefined ? '' : rangeOf(day as RangePoint, plant)}>
              {day === undefined ? '' : rangeText(route.value.range, placeIn(plant.timezone), w)}
            </th>
            <th class="num">{w.stacks.figures.mass}</th>
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row) => (
            <Row key={row.pollutant} row={row} end={trackEnd(peers, row.pollutant)} mass={mass} />
          ))}
        </tbody>
      </table>
      {block.limits.length > 0 && (
        <p class="stack-note">
          {subscripts(w.stacks.atReference)} <code>{block.limits.join(', ')}</code>
        </p>
      )}
      {block.hoursAbove > 0 && (
        <p class="stack-note state is-strong">
          <CriticalSign />
          {w.stacks.hoursAbove(decimal(block.hoursAbove, 0, language.value))}
        </p>
      )}
      <p class="stack-note">
        {stackRemarks(block.rows).map((remark, i) => (
          <span key={`${remark.figures}${remark.pollutants}`}>
            {i > 0 && ' · '}
            {subscripts(remarkText(remark))}
          </span>
        ))}
      </p>
    </div>
  )
}

interface RowProps {
  readonly row: StackRow
  /** The value at the full length of its track. */
  readonly end: number
  /** Unit and digits in which the masses of its stack are written. */
  readonly mass: Figure
}

function Row({ row, end, mass }: RowProps) {
  const lang = language.value
  const w = words()
  const limit = limitOf(row)
  const isOver = row.hour?.reference?.isMissed === true
  const value = row.hour?.point.value ?? null
  const mean = { id: '', unit: 'mg/Nm3', shape: 'level' } as const
  return (
    <tr class={`stack-row ${isOver ? 'is-over' : ''}`} data-pollutant={row.pollutant} data-value={value ?? ''}>
      <th class="stack-name">
        {subscripts(w.stacks.pollutants[row.pollutant])}
        {isOver && <CriticalSign />}
      </th>
      <td class="stack-hour">
        <span class="stack-value">
          <Plain figure={row.hour} unit={mean} />
        </span>
        <span class={`stack-track ${value === null ? 'is-gap' : ''}`} aria-hidden="true">
          {value !== null && end > 0 && (
            <span class="stack-fill" style={{ width: `${Math.min(100, (value / end) * 100).toFixed(2)}%` }} />
          )}
          {limit !== null && <span class="stack-limit" />}
        </span>
      </td>
      <td class="num">{limit === null ? '' : referenceText(limit, figureFor(mean, limit), lang)}</td>
      <td class="stack-value">
        <Plain figure={row.day} unit={mean} />
      </td>
      <td class="stack-value">
        <Mass mass={row.mass} figure={mass} />
      </td>
    </tr>
  )
}

type Measure = Parameters<typeof figureFor>[0]

/** The unit stands once for all of them, in the foot of the card. */
function Plain({ figure, unit }: { readonly figure: StackFigure | null; readonly unit: Measure }) {
  const value = figure?.point.value ?? null
  return (
    <>
      {figure?.reference?.isMissed === true && figure.window !== '1h' && <span class="ring" aria-hidden="true" />}
      <Value value={value} figure={{ ...figureFor(unit, value ?? 0), unit: '' }} />
    </>
  )
}

/** Unit and digits for the masses of all rows of a stack: those that fit the largest. */
function massFigure(rows: readonly StackRow[]): Figure {
  const masses = rows.map(({ mass }) => mass?.point.value ?? 0)
  return figureFor({ id: '', unit: 'kg', shape: 'sum' }, Math.max(...masses))
}

function Mass({ mass, figure }: { readonly mass: StackFigure | null; readonly figure: Figure }) {
  const value = mass?.point.value ?? null
  if (value === null) return <Value value={null} figure={figure} />
  return (
    <span class="value">
      {amountText(value, figure, language.value)}
      <Unit unit={figure.unit} />
    </span>
  )
}

function remarkText({ figures, pollutants, of: { point, reference } }: StackRemark): string {
  const w = words()
  const gases = pollutants.map((pollutant) => w.stacks.pollutants[pollutant]).join(', ')
  const names = figures.map((figure) => w.stacks.figures[figure]).join(', ')
  const subject = `${gases} ${names}`.trim()
  if (point.reason !== '') return w.stacks.note(subject, w.reasons[point.reason])
  if (reference === null) return ''
  const measure = { id: '', unit: point.unit, shape: 'level' } as const
  const value = referenceText(reference.value, figureFor(measure, reference.value), language.value)
  return w.stacks.note(subject, w.tile.missed[reference.kind](value))
}
