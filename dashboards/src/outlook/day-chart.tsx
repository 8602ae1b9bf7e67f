import type { ForecastValueItem } from '../../../src/views/wire/forecasts.js'
import { type BandPlace, Bands, type BandValue, stepLine } from '../chart/bands.js'
import { DayAxes } from '../chart/day-axes.js'
import { DAY_FRAME, DayFrame, dayScale } from '../chart/day-frame.js'
import { axisTicks } from '../chart/domain.js'
import type { Figure } from '../format.js'
import type { Span } from '../series/points.js'
import { nowMs } from '../state.js'
import { useOutlookWords } from './words.js'

/** The largest amount that the picture has room for. */
export function largestOf(quarters: readonly DayQuarter[]): number {
  return Math.max(
    0,
    ...quarters.flatMap(({ measured, expected, ahead }) => [measured ?? 0, expected?.high_90 ?? 0, ahead?.value ?? 0]),
  )
}

/** A quarter of an hour of the day, in the unit of its series. */
export interface DayQuarter {
  readonly startMs: number
  readonly endMs: number
  /** As it was forecast at the start of the day. */
  readonly expected: Omit<ForecastValueItem, 'start' | 'end'> | null
  /** As it was forecast at the last full hour. */
  readonly ahead: Omit<ForecastValueItem, 'start' | 'end'> | null
  readonly measured: number | null
  readonly isRunning: boolean
  /** Reason why nothing is measured; '' when something is, or is not due yet. */
  readonly reason: string
}

interface DayChartProps {
  readonly day: Span
  readonly quarters: readonly DayQuarter[]
  readonly figure: Figure
  readonly zone: string
  /** Start of the quarter that is told of, epoch ms. */
  readonly named: number | null
  readonly onName: (startMs: number | null) => void
}

const TOP = 24
const { bottom: BOTTOM } = DAY_FRAME

export function DayChart(props: DayChartProps) {
  return <DayFrame draw={(width, height) => <DayPicture {...props} width={width} height={height} />} />
}

function DayPicture(props: DayChartProps & { readonly width: number; readonly height: number }) {
  const { day, quarters, figure, zone, named, width, height, onName } = props
  const w = useOutlookWords().day
  const largest = largestOf(quarters) || 1
  const ticks = axisTicks({ min: 0, max: largest * figure.factor })
  const top = Math.max(largest, (ticks.at(-1) ?? 0) / figure.factor)
  const { x, msAt } = dayScale(day, width)
  const y = (value: number) => TOP + (1 - value / top) * (height - TOP - BOTTOM)
  const now = nowMs.value
  const at = quarters.findIndex(({ startMs }) => startMs === named)
  const onKeyDown = (event: KeyboardEvent) => {
    const last = quarters.length - 1
    const from = at === -1 ? quarters.findLastIndex(({ measured }) => measured !== null) : at
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key]
    if (event.key === 'Escape') onName(null)
    if (to === undefined || last < 0) return
    event.preventDefault()
    onName(quarters[Math.min(Math.max(to, 0), last)]!.startMs)
  }
  const point = (event: PointerEvent) => {
    const ms = msAt(event)
    onName(quarters.find(({ startMs, endMs }) => ms >= startMs && ms < endMs)?.startMs ?? null)
  }
  const chosen = quarters[at]
  return (
    <svg
      class="demand-picture outlook-picture"
      width={width}
      height={height}
      role="img"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys move from quarter to quarter
      tabIndex={0}
      aria-label={`${w.title}. ${w.keys}`}
      onPointerMove={point}
      onPointerLeave={() => onName(null)}
      onKeyDown={onKeyDown}
      onBlur={() => onName(null)}
    >
      <DayAxes
        day={day}
        figure={figure}
        unitY={TOP - 12}
        ticks={ticks}
        zone={zone}
        width={width}
        height={height}
        y={y}
      />
      {chosen !== undefined && (
        <rect
          class="outlook-named"
          x={x(chosen.startMs)}
          y={TOP}
          width={x(chosen.endMs) - x(chosen.startMs)}
          height={y(0) - TOP}
        />
      )}
      <g class="pillar-green">
        {quarters.map((quarter) => (
          <MeasuredBar key={quarter.startMs} quarter={quarter} x={x} y={y} />
        ))}
      </g>
      <Bands
        values={quarters.flatMap(({ startMs, endMs, expected }) =>
          expected === null ? [] : [{ startMs, endMs, ...expected }],
        )}
        x={x}
        y={y}
      />
      <path class="outlook-ahead pillar-intelligent" d={stepLine(aheadOf(quarters), { x, y })} />
      {now >= day.fromMs && now < day.toMs && <path class="demand-now" d={`M${x(now)} ${TOP - 6}V${y(0)}`} />}
    </svg>
  )
}

function aheadOf(quarters: readonly DayQuarter[]): readonly BandValue[] {
  return quarters.flatMap(({ startMs, endMs, ahead }) => (ahead === null ? [] : [{ startMs, endMs, ...ahead }]))
}

interface MeasuredBarProps extends BandPlace {
  readonly quarter: DayQuarter
}

function MeasuredBar({ quarter: { startMs, endMs, measured, isRunning }, x, y }: MeasuredBarProps) {
  if (measured === null) return null
  const left = x(startMs)
  const width = Math.max(1, (x(endMs) - left) * 0.84)
  return (
    <g class={`spark-bar ${isRunning ? 'is-provisional' : ''}`} data-start={startMs} data-value={measured}>
      <rect class="spark-fill" x={left} y={y(measured)} width={width} height={Math.max(0, y(0) - y(measured))} />
      <rect class="spark-edge" x={left} y={y(measured)} width={width} height="1" />
    </g>
  )
}
