import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { ageText, figureText, referenceText, shareText } from '../format.js'
import { pointsOf, useHistory } from '../history.js'
import { linkTo } from '../nav.js'
import { isDue, spanOf, within } from '../points.js'
import { language, words } from '../settings.js'
import { generation, newestMs, nowMs } from '../state.js'
import { STALE_AFTER_MS, type TileModel, tileModel } from '../tile-model.js'
import { isExpected, type TileFigure } from '../tiles.js'
import { windowText } from '../time.js'
import { Icon } from './icon.js'
import { Skeleton } from './skeleton.js'
import { Spark } from './spark.js'
import { subscripts, Unit } from './text.js'

const DAY_MS = 86_400_000
const UNIT_CHARS_MAX = 5
/** Units that are too long for a tile whose name says the rest. */
const SHORT_UNITS: Readonly<Record<string, string>> = { 'kgCO2e/unit': 'kg' }

interface TileProps extends TileFigure {
  readonly plant: PlantNode
  /** The tile whose figure the chart below it shows. */
  readonly isShown?: boolean
}

/** One figure of one plant: the value of today or of this hour, what it compares with, and its last day by the hour. */
export function Tile({ plant, info, spec, isShown = false }: TileProps) {
  const lang = language.value
  const w = words()
  const { window } = spec
  const point = pointsOf({ plant: plant.id, kpi: info.id, window }).value.at(-1)
  const times = { nowMs: nowMs.value, newestMs: newestMs(plant) }
  // After a snapshot without it, only a device that is to send it is worth waiting for.
  const isAwaited = generation.value === 0 || isExpected(spec, plant)
  const model = tileModel({ info, window, isAwaited }, point, plant.targets, times)
  const name = info.name[lang]
  const href = linkTo({ view: 'plant', plant: plant.id, line: null, kpi: info.id, window: null })
  return (
    <article
      class={`tile pillar-${info.pillar} is-${model.condition}`}
      data-kpi={info.id}
      data-plant={plant.id}
      data-condition={model.condition}
    >
      <a class="tile-label" href={href} aria-current={isShown ? 'true' : undefined} title={w.tile.open(name)}>
        {subscripts(w.tile.names[spec.kpi])}
      </a>
      <span class="tile-value" data-value={point?.value ?? ''}>
        {point?.value == null ? '—' : figureText(point.value, model.figure, lang)}
        {point?.value != null && <Unit unit={SHORT_UNITS[model.figure.unit] ?? model.figure.unit} />}
      </span>
      <span class="tile-reference">
        <ReferenceWords model={model} />
      </span>
      {model.condition === 'absent' ? <span class="tile-plot" /> : <TilePlot plant={plant} info={info} model={model} />}
      <span class="tile-foot">
        <FootWords plant={plant} model={model} />
      </span>
    </article>
  )
}

function ReferenceWords({ model }: { readonly model: TileModel }) {
  const { condition, point, reference, figure } = model
  const w = words()
  if (condition === 'waiting') return <>{w.tile.waiting}</>
  if (condition === 'absent') return <>{w.tile.absent}</>
  if (condition === 'null' && point !== undefined && point.reason !== '') return <>{w.reasons[point.reason]}</>
  if (reference === null) return null
  // A long unit stands beside the value above, and once is enough in so narrow a place.
  const unit = figure.unit.length > UNIT_CHARS_MAX ? '' : figure.unit
  const value = `${referenceText(reference.value, figure, language.value)} ${unit}`.trim()
  if (!reference.isMissed) return <>{w.tile[reference.kind](value)}</>
  const missed = { limit: w.tile.aboveLimit, target: w.tile.belowTarget, budget: w.tile.aboveBudget }
  return (
    <>
      <span class="ring" aria-hidden="true" />
      {missed[reference.kind](value)}
    </>
  )
}

function FootWords({ plant, model }: { readonly plant: PlantNode; readonly model: TileModel }) {
  const lang = language.value
  const { condition, point, ageMs } = model
  const w = words()
  if (point === undefined) return null
  if (condition === 'stale') {
    return (
      <span class="tile-age">
        <Icon name="clock" size={14} />
        {w.tile.old(ageText(ageMs, lang))}
      </span>
    )
  }
  return (
    <>
      <span>{whenText(point, plant.timezone)}</span>
      {point.value !== null && point.estimated_share > 0 && (
        <span>{w.tile.estimated(estimatedText(point.estimated_share))}</span>
      )}
    </>
  )
}

/** "today" or "this hour" while it runs, else which day or hour it was. */
export function whenText(point: KpiPoint, zone: string): string {
  const w = words()
  const place = { zone, language: language.value, nowMs: nowMs.value }
  const [startMs, endMs] = [Date.parse(point.start), Date.parse(point.end)]
  const isRunning = nowMs.value < endMs
  if (isRunning && point.window === '1d') return w.tile.today
  if (isRunning && point.window === '1h') return w.tile.thisHour
  return windowText(startMs, endMs, point.window, place)
}

/** Never "0 %" where there is some. */
export function estimatedText(share: number): string {
  return share < 0.01 ? `< ${shareText(0.01, language.value, 0)}` : shareText(share, language.value, 0)
}

interface TilePlotProps {
  readonly plant: PlantNode
  readonly info: KpiInfo
  readonly model: TileModel
}

function TilePlot({ plant, info, model }: TilePlotProps) {
  const { points, past, retry } = useHistory({ plant: plant.id, kpi: info.id, window: '1h' }, DAY_MS)
  const w = words()
  if (past.value.kind === 'failed') {
    return (
      <span class="tile-plot tile-failed">
        {w.error.history}
        <button type="button" class="button is-small" onClick={retry}>
          {w.error.retry}
        </button>
      </span>
    )
  }
  if (past.value.kind === 'loading') {
    return (
      <span class="tile-plot">
        <Skeleton class="is-plot" />
      </span>
    )
  }
  const isDueNull = model.condition === 'null' && model.point !== undefined && isDue(model.point)
  if (isDueNull) return <span class="tile-plot is-gap" />
  const isStale = model.condition === 'stale'
  // The silence is shown once it is one; the minute that is under way is none.
  const endMs = model.ageMs > STALE_AFTER_MS ? nowMs.value : Number.NEGATIVE_INFINITY
  const span = spanOf(points.value, DAY_MS, endMs)
  const { reference } = model
  const hasBalance = reference !== null && reference.kind !== 'budget'
  return (
    <span class="tile-plot">
      <Spark
        points={within(points.value, span)}
        span={span}
        shape={info.shape}
        pillar={info.pillar}
        balance={hasBalance ? { value: reference.value, isLimit: reference.kind === 'limit' } : null}
        isStale={isStale}
      />
    </span>
  )
}
