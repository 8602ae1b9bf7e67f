import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import type { Window } from '../../../src/base/kpi.js'
import { alarmList } from '../alarms/open.js'
import { stackDevices } from '../plant/stacks.js'
import { type Asked, hasFigure } from '../series/card-points.js'
import { lastWindow } from '../series/figures.js'
import { useHistory } from '../series/history.js'
import { usePeriodPoints } from '../series/period-points.js'
import { type Span, within } from '../series/points.js'
import { useRangePoints } from '../series/range-points.js'
import { catalogue, generation, minuteMs, newestMs, nowMs, plantList, route } from '../state.js'
import { lengthMsOf, spanOfRange } from '../time/range.js'
import { changeOfPeriod, changeOfRange, changeOfSum, changeSoFar } from './change.js'
import { alarmOf, tileModel } from './model.js'
import { type FigurePeriod, figurePeriod, type SparkPlan, sparkPlan } from './period.js'
import { TileFace, type TileProps } from './tile-face.js'
import { DayPlot, RangePlot } from './tile-plot.js'
import { INSTEAD, isExpected, LIMIT_OF } from './tiles.js'

/** Two days and the hours by which a day may be longer. */
const TWO_DAYS_MS = 50 * HOUR_MS
const TWO_MONTHS_MS = 63 * 24 * HOUR_MS

/** A concentration with a limit is shown as the limit is meant, at reference oxygen, and with it. */
function useReference(props: TileProps): TileProps {
  const { plant, spec } = props
  const isOfStack = spec.kpi === 'pollutant_mean_nox' && stackDevices(plant).length === 1
  const kpi = INSTEAD.pollutant_mean_nox
  const asked = [kpi, LIMIT_OF[kpi]].map((one): Asked => ({ scope: 'plant', id: plant.id, kpi: one, window: '1d' }))
  const span = spanOfRange(route.value.range, plant.timezone, nowMs.value)
  const plants = route.value.view === 'overview' ? plantList.value.length : 1
  const totals = useRangePoints(plant.id, isOfStack ? asked : [], span, { plants })
  if (!isOfStack) return props
  const [mean, above] = asked.map((one) => totals.of(one)[0])
  const info = catalogue.value.kind === 'loaded' ? catalogue.value.value.get(kpi) : undefined
  const limit = above?.denominator ?? 0
  if (info === undefined || (mean === undefined && !hasFigure(plant.id, kpi))) return props
  const limits = limit > 0 ? (['1h', '1d', '1mo'] as const).map((window) => ({ kpi, window, max: limit })) : []
  const targets = [...plant.targets, ...limits]
  return { ...props, info, spec: { ...spec, kpi }, plant: { ...plant, targets } }
}

/** One figure of one plant in the time range of the page: its value, what it compares with, and how it came about. */
export function Tile(given: TileProps) {
  const props = useReference(given)
  const { plant, spec } = props
  const period = figurePeriod(route.value.range, spec.window, plant.timezone, minuteMs.value)
  // A figure that does not add up is that of the newest day.
  if (period.kind === 'range' && spec.isSlow === true) return <LastDayTile {...props} span={period.span} />
  if (period.kind === 'range') return <RangeTile {...props} period={period} />
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

/** Figures of a range that is neither a day nor a month, and of as long a one before it. */
function RangeTile({ period, ...props }: TileProps & { readonly period: Extract<FigurePeriod, { kind: 'range' }> }) {
  const { plant, info, spec } = props
  const { range } = route.value
  const asked: Asked = { scope: 'plant', id: plant.id, kpi: info.id, window: '1d' }
  // To the second, not the minute of the period: the range is as long as it says.
  const span = spanOfRange(range, plant.timezone, nowMs.value)
  const plants = route.value.view === 'overview' ? plantList.value.length : 1
  const totals = useRangePoints(plant.id, [asked], span, { plants })
  const earlier = useRangePoints(plant.id, [asked], period.before, { plants })
  const point = totals.of(asked)[0]
  const isLive = span.toMs >= minuteMs.value
  const isAwaited = generation.value === 0 || totals.past.kind === 'loading' || (isLive && isExpected(spec, plant))
  const times = isLive
    ? { nowMs: minuteMs.value, newestMs: newestMs(plant) }
    : { nowMs: span.toMs, newestMs: span.toMs }
  // A limit of a level holds for any time; the budget of a day is none of a week.
  const isOfDays = info.shape !== 'sum' || lengthMsOf(range) === DAY_MS
  const model = tileModel({ info, window: '1d', isAwaited }, point, isOfDays ? plant.targets : [], times)
  const alarm = isLive ? alarmOf(alarmList.value, plant.id, info.id, minuteMs.value) : null
  const before = earlier.of(asked)[0]
  const plan = planOf(props)
  const hours = useHistory({ plant: plant.id, kpi: info.id, window: '1h' }, plan === null ? TWO_DAYS_MS : 0)
  return (
    <TileFace
      {...props}
      model={model}
      alarm={alarm}
      change={point === undefined || before === undefined ? null : changeOfRange(point, before)}
      isOver={!isLive}
      isLoading={totals.past.kind === 'loading'}
    >
      {plan === null ? (
        <DayPlot plant={plant} info={info} model={model} hours={hours} />
      ) : (
        <RangePlot plant={plant} info={info} model={model} plan={plan} />
      )}
    </TileFace>
  )
}

/** The newest day in the range that has a value. */
function LastDayTile({ span, ...props }: TileProps & { readonly span: Span }) {
  const { plant, info, spec } = props
  const isLive = span.toMs >= minuteMs.value
  const shown = usePeriodPoints({ plant: plant.id, kpi: info.id, window: '1d' }, span)
  const point = lastWindow(shown.points)
  const isAwaited = shown.past.kind === 'loading' || (isLive && isExpected(spec, plant))
  const times = isLive
    ? { nowMs: minuteMs.value, newestMs: newestMs(plant) }
    : { nowMs: span.toMs, newestMs: span.toMs }
  const model = tileModel({ info, window: '1d', isAwaited }, point, plant.targets, times)
  const alarm = isLive ? alarmOf(alarmList.value, plant.id, info.id, minuteMs.value) : null
  const plan = planOf(props)
  return (
    <TileFace {...props} model={model} alarm={alarm} change={null} isOver={!isLive}>
      {plan !== null && <RangePlot plant={plant} info={info} model={model} plan={plan} areDots />}
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
  const shown = usePeriodPoints({ plant: plant.id, kpi: info.id, window }, { fromMs: before.fromMs, toMs: span.toMs })
  const point = within(shown.points, span).at(-1)
  const isAwaited = shown.past.kind === 'loading'
  // A period that is over does not grow old.
  const model = tileModel({ info, window, isAwaited }, point, plant.targets, { nowMs: span.toMs, newestMs: span.toMs })
  const change = point === undefined ? null : changeOfPeriod(point, shown.points)
  const plan = planOf(props)
  return (
    <TileFace {...props} model={model} alarm={null} change={change} isOver>
      {plan !== null && (
        <RangePlot plant={plant} info={info} model={model} plan={plan} areDots={spec.isSlow === true} />
      )}
    </TileFace>
  )
}
