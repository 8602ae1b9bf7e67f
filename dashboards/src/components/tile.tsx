import type { Window } from '../../../src/base/kpi.js'
import { alarmList } from '../alarms/open.js'
import { useHistory } from '../series/history.js'
import { within } from '../series/points.js'
import { useStretch } from '../series/stretch.js'
import { generation, minuteMs, newestMs, route } from '../state.js'
import { changeOfPeriod, changeOfSum, changeSoFar } from '../tiles/change.js'
import { alarmOf, tileModel } from '../tiles/model.js'
import { type FigurePeriod, figurePeriod, type SparkPlan, sparkPlan } from '../tiles/period.js'
import { isExpected } from '../tiles/tiles.js'
import { TileFace, type TileProps } from './tile-face.js'
import { DayPlot, RangePlot } from './tile-plot.js'

export { estimatedText, whenText } from './point-text.js'

const HOUR_MS = 3_600_000
/** Two days and the hours by which a day may be longer. */
const TWO_DAYS_MS = 50 * HOUR_MS
const TWO_MONTHS_MS = 63 * 24 * HOUR_MS

/** One figure of one plant in the time range of the page: its value, what it compares with, and how it came about. */
export function Tile(props: TileProps) {
  const { plant, spec } = props
  const period = figurePeriod(route.value.range, spec.window, plant.timezone, minuteMs.value)
  if (period.kind === 'running') return <RunningTile {...props} window={period.window} />
  return <PastTile {...props} period={period} />
}

function RunningTile({ window, ...props }: TileProps & { readonly window: Window }) {
  const { plant, info, spec } = props
  const newest = newestMs(plant)
  const stream = { plant: plant.id, kpi: info.id }
  const plan = planOf(props)
  const isSumOfDay = info.shape === 'sum' && window === '1d'
  const ofHours = plan === null || isSumOfDay || window === '1h'
  const hours = useHistory({ ...stream, window: '1h' }, ofHours ? TWO_DAYS_MS : 0)
  const beforeMs = window === '1mo' ? TWO_MONTHS_MS : TWO_DAYS_MS
  const own = useHistory({ ...stream, window }, isSumOfDay || window === '1h' ? 0 : beforeMs)
  const points = own.points.value
  const point = points.at(-1)
  // After a snapshot without it, only a device that is to send it is worth waiting for.
  const isAwaited = generation.value === 0 || isExpected(spec, plant)
  const times = { nowMs: minuteMs.value, newestMs: newest }
  const alarm = alarmOf(alarmList.value, plant.id, info.id, minuteMs.value)
  const model = tileModel({ info, window, isAwaited }, point, plant.targets, times)
  const change = isSumOfDay
    ? point && changeOfSum(point, hours.points.value, Math.min(newest, minuteMs.value), plant.timezone)
    : point && changeSoFar(info.shape, point, points)
  return (
    <TileFace {...props} model={model} alarm={alarm} change={change ?? null}>
      {plan === null ? (
        <DayPlot plant={plant} info={info} model={model} hours={hours} />
      ) : (
        <RangePlot plant={plant} info={info} model={model} plan={plan} areDots={spec.isSlow === true} />
      )}
    </TileFace>
  )
}

function planOf({ plant, info, spec }: TileProps): SparkPlan | null {
  const at = { range: route.value.range, zone: plant.timezone, nowMs: minuteMs.value }
  return sparkPlan(at, info.windows, spec.isSlow)
}

function PastTile({ period, ...props }: TileProps & { readonly period: Extract<FigurePeriod, { kind: 'past' }> }) {
  const { plant, info, spec } = props
  const { window, span, before } = period
  const stretch = useStretch({ plant: plant.id, kpi: info.id, window }, { fromMs: before.fromMs, toMs: span.toMs })
  const point = within(stretch.points, span).at(-1)
  const isAwaited = stretch.past.kind === 'loading'
  // What is over does not grow old.
  const model = tileModel({ info, window, isAwaited }, point, plant.targets, { nowMs: span.toMs, newestMs: span.toMs })
  const change = point === undefined ? null : changeOfPeriod(point, stretch.points)
  const plan = planOf(props)
  return (
    <TileFace {...props} model={model} alarm={null} change={change} isOver>
      {plan !== null && (
        <RangePlot plant={plant} info={info} model={model} plan={plan} areDots={spec.isSlow === true} />
      )}
    </TileFace>
  )
}
