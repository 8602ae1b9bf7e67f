import { DAY_MS } from '../../../src/base/durations.js'
import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { Spark } from '../chart/spark.js'
import type { History } from '../series/history.js'
import { type PeriodPoints, usePeriodPoints } from '../series/period-points.js'
import { isDue, type Span, spanOf, within } from '../series/points.js'
import { words } from '../settings.js'
import { minuteMs, route } from '../state.js'
import { Skeleton } from '../ui/skeleton.js'
import { STALE_AFTER_MS, type TileModel } from './model.js'
import type { SparkPlan } from './period.js'

interface PlotProps {
  readonly plant: PlantNode
  readonly info: KpiInfo
  readonly model: TileModel
}

/** The last day by the hour, to the newest data. */
export function DayPlot({ hours, ...props }: PlotProps & { readonly hours: History }) {
  const { model } = props
  // The silence is shown once it is one; the minute that is under way is none.
  const endMs = model.ageMs > STALE_AFTER_MS ? minuteMs.value : Number.NEGATIVE_INFINITY
  const points = hours.points.value
  const span = spanOf(points, DAY_MS, endMs)
  const before = { fromMs: span.fromMs - DAY_MS, toMs: span.fromMs }
  return (
    <Plot
      {...props}
      past={hours.past.value}
      retry={hours.retry}
      points={within(points, span)}
      span={span}
      dueMs={span.toMs}
      previous={within(points, before)}
      shiftMs={DAY_MS}
    />
  )
}

/** A chosen period, in the window that fits it. */
export function RangePlot({ plan, ...props }: PlotProps & { readonly plan: SparkPlan; readonly areDots?: boolean }) {
  const stream = { plant: props.plant.id, kpi: props.info.id, window: plan.window }
  const shown = usePeriodPoints(stream, plan.span)
  const previous = usePeriodPoints(stream, route.value.compare ? plan.before : null)
  const newest = shown.points.at(-1)
  const isSilent = newest === undefined || props.model.ageMs > STALE_AFTER_MS
  const dueMs = Math.min(plan.span.toMs, isSilent ? minuteMs.value : Date.parse(newest.end))
  const isOver = plan.span.toMs <= minuteMs.value
  return (
    <Plot
      {...props}
      {...shown}
      span={plan.span}
      dueMs={isOver ? plan.span.toMs : dueMs}
      previous={previous.points}
      shiftMs={plan.span.fromMs - plan.before.fromMs}
    />
  )
}

interface DrawnProps extends PlotProps, PeriodPoints {
  readonly areDots?: boolean
  readonly span: Span
  readonly dueMs: number
  readonly previous: readonly KpiPoint[]
  readonly shiftMs: number
}

function Plot({ info, model, points, past, retry, areDots = false, previous, span, dueMs, shiftMs }: DrawnProps) {
  const w = words()
  if (past.kind === 'failed') {
    return (
      <span class="tile-plot tile-failed">
        {w.error.history}
        <button type="button" class="button is-small" onClick={retry}>
          {w.error.retry}
        </button>
      </span>
    )
  }
  if (past.kind === 'loading') {
    return (
      <span class="tile-plot">
        <Skeleton class="is-plot" />
      </span>
    )
  }
  if (model.condition === 'null' && model.point !== undefined && isDue(model.point)) {
    return <span class="tile-plot is-gap" />
  }
  const { reference } = model
  const hasBalance = reference !== null && reference.kind !== 'budget' && reference.kind !== 'plan'
  return (
    <span class="tile-plot">
      <Spark
        span={span}
        dueMs={dueMs}
        shiftMs={shiftMs}
        points={points}
        shape={info.shape}
        pillar={info.pillar}
        balance={hasBalance ? { value: reference.value, isLimit: reference.kind === 'limit' } : null}
        areDots={areDots}
        isStale={model.condition === 'stale'}
        previous={route.value.compare ? previous : []}
      />
    </span>
  )
}
