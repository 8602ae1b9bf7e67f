import { decimal, type Figure } from '../format.js'
import type { Span } from '../series/points.js'
import { language } from '../settings.js'
import { clockText, timeTicks } from '../time/time.js'
import { DAY_FRAME, dayScale } from './day-frame.js'

const { left: LEFT, tickMinPx: TICK_MIN_PX } = DAY_FRAME

interface ValueAxisProps {
  readonly unit: string
  /** Baseline of the unit, px. */
  readonly unitY: number
  readonly ticks: readonly number[]
  readonly width: number
  /** Place of a tick, px. */
  y(tick: number): number
}

/** The unit, and a line across the picture with its number for each tick. */
export function ValueAxis({ unit, unitY, ticks, width, y }: ValueAxisProps) {
  return (
    <>
      <text class="axis" x={LEFT - 10} y={unitY} text-anchor="end">
        {unit}
      </text>
      {ticks.map((tick) => (
        <g key={tick}>
          <path class="grid" d={`M${LEFT} ${Math.round(y(tick)) + 0.5}H${width}`} />
          <text class="axis num" x={LEFT - 10} y={y(tick) + 4} text-anchor="end">
            {decimal(tick, Number.isInteger(tick) ? 0 : 2, language.value)}
          </text>
        </g>
      ))}
    </>
  )
}

interface TimeAxisProps {
  readonly span: Span
  readonly zone: string
  readonly width: number
  readonly height: number
  /** Says an instant, epoch ms. */
  label(ms: number): string
}

/** Times under the picture, as many as there is room for. */
export function TimeAxis({ span, zone, width, height, label }: TimeAxisProps) {
  const { x } = dayScale(span, width)
  const most = Math.max(2, Math.floor((width - LEFT) / TICK_MIN_PX))
  const anchor = (ms: number) => (x(ms) > width - TICK_MIN_PX / 2 ? 'end' : 'middle')
  return timeTicks(span.fromMs, span.toMs, zone, most).map((ms) => (
    <text key={ms} class="axis num" x={x(ms)} y={height - 4} text-anchor={ms === span.fromMs ? 'start' : anchor(ms)}>
      {label(ms)}
    </text>
  ))
}

interface DayAxesProps extends Pick<ValueAxisProps, 'unitY' | 'ticks'>, Omit<TimeAxisProps, 'label' | 'span'> {
  readonly day: Span
  /** Unit of the ticks, and their factor. */
  readonly figure: Figure
  /** Place of a value in its own unit, px. */
  y(value: number): number
}

/** Both axes of a picture of one day, which ends at 24:00. */
export function DayAxes({ day, figure, unitY, ticks, zone, width, height, y }: DayAxesProps) {
  const lang = language.value
  return (
    <>
      <ValueAxis unit={figure.unit} unitY={unitY} ticks={ticks} width={width} y={(tick) => y(tick / figure.factor)} />
      <TimeAxis
        span={day}
        zone={zone}
        width={width}
        height={height}
        label={(ms) => (ms === day.toMs ? '24:00' : clockText(ms, zone, lang))}
      />
    </>
  )
}
