import type { KpiInfo } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { ageText, figureText, referenceText, shareText } from '../format.js'
import { pointsOf, useHistory } from '../history.js'
import { isDue, spanOf, within } from '../points.js'
import { firstWindow, hrefOf } from '../route.js'
import { language, words } from '../settings.js'
import { newestMs, nowMs } from '../state.js'
import { STALE_AFTER_MS, type TileModel, tileModel } from '../tile-model.js'
import { dayText } from '../time.js'
import { Icon } from './icon.js'
import { Skeleton } from './skeleton.js'
import { Spark } from './spark.js'
import { subscripts, Unit } from './text.js'

const DAY_MS = 86_400_000

interface TileProps {
  readonly plant: PlantNode
  readonly info: KpiInfo
  /** The tile whose figure the chart below it shows. */
  readonly isShown?: boolean
}

/** One figure of one plant: today's value, what it compares with, and its last day by the hour. */
export function Tile({ plant, info, isShown = false }: TileProps) {
  const lang = language.value
  const w = words()
  const point = pointsOf({ plant: plant.id, kpi: info.id, window: '1d' }).value.at(-1)
  const minutes = pointsOf({ plant: plant.id, kpi: info.id, window: '1m' }).value.at(-1)
  const newest = Math.max(newestMs(plant), minutes === undefined ? -Infinity : Date.parse(minutes.start))
  const model = tileModel(info, point, plant.targets, { nowMs: nowMs.value, newestMs: newest })
  const name = info.name[lang]
  const href = hrefOf({ view: 'plant', plant: plant.id, kpi: info.id, window: firstWindow(info) })
  return (
    <article
      class={`tile pillar-${info.pillar} is-${model.condition}`}
      data-kpi={info.id}
      data-plant={plant.id}
      data-condition={model.condition}
    >
      <a class="tile-label" href={href} aria-current={isShown ? 'true' : undefined} title={w.tile.open(name)}>
        {subscripts(name)}
      </a>
      <span class="tile-value" data-value={point?.value ?? ''}>
        {point?.value == null ? '—' : figureText(point.value, model.figure, lang)}
        {point?.value != null && <Unit unit={model.figure.unit} />}
      </span>
      <span class="tile-reference">
        <ReferenceWords model={model} />
      </span>
      <TilePlot plant={plant} info={info} model={model} />
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
  if (condition === 'null' && point !== undefined && point.reason !== '') return <>{w.reasons[point.reason]}</>
  if (reference === null) return null
  const value = `${referenceText(reference.value, figure, language.value)} ${figure.unit}`.trim()
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
  const isToday = nowMs.value < Date.parse(point.end)
  return (
    <>
      <span>{isToday ? w.tile.today : dayText(Date.parse(point.start), plant.timezone, lang)}</span>
      {point.value !== null && point.estimated_share > 0 && (
        <span>{w.tile.estimated(estimatedText(point.estimated_share))}</span>
      )}
    </>
  )
}

/** Never "0 %" where there is some. */
export function estimatedText(share: number): string {
  return share < 0.01 ? `< ${shareText(0.01, language.value, 0)}` : shareText(share, language.value, 0)
}

function TilePlot({ plant, info, model }: TileProps & { readonly model: TileModel }) {
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
