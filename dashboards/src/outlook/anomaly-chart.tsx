import type { PlantNode } from '../../../src/base/wire.js'
import type { AnomalyItem } from '../../../src/views/wire/anomalies.js'
import { Bands } from '../chart/bands.js'
import { DAY_FRAME, DayFrame, dayScale } from '../chart/day-frame.js'
import { axisTicks } from '../chart/domain.js'
import { decimal, shownUnit } from '../format.js'
import { language } from '../settings.js'
import { dayText, timeTicks } from '../time/time.js'
import { useOutlookWords } from './words.js'

const TOP = 24
const { left: LEFT, bottom: BOTTOM, tickMinPx: TICK_MIN_PX } = DAY_FRAME

interface AnomalyChartProps {
  readonly plant: PlantNode
  readonly item: AnomalyItem
}

/** The figures that a finding rests on: measured as bars, expected as a dashed line, and its beginning as a mark. */
export function AnomalyChart(props: AnomalyChartProps) {
  const w = useOutlookWords().anomalies
  return (
    <>
      <DayFrame draw={(width, height) => <AnomalyPicture {...props} width={width} height={height} />} />
      <p class="faint">{w.key}</p>
    </>
  )
}

function AnomalyPicture({
  plant,
  item,
  width,
  height,
}: AnomalyChartProps & { readonly width: number; readonly height: number }) {
  const w = useOutlookWords().anomalies
  const lang = language.value
  const { start, step_s, unit, measured, expected } = item.evidence
  const [fromMs, stepMs] = [Date.parse(start), step_s * 1000]
  const span = { fromMs, toMs: fromMs + Math.max(1, measured.length) * stepMs }
  const values = [...measured, ...expected].flatMap((value) => value ?? [])
  const ticks = axisTicks({ min: Math.min(0, ...values), max: Math.max(...values, 0) || 1 })
  const [bottom, top] = [Math.min(0, ...values), Math.max(...values, ticks.at(-1) ?? 1)]
  const { x } = dayScale(span, width)
  const y = (value: number) => TOP + (1 - (value - bottom) / (top - bottom || 1)) * (height - TOP - BOTTOM)
  const none = { low_50: null, high_50: null, low_90: null, high_90: null }
  const lines = expected.map((value, i) => ({
    startMs: fromMs + i * stepMs,
    endMs: fromMs + (i + 1) * stepMs,
    value,
    ...none,
  }))
  return (
    <svg
      class="demand-picture outlook-picture"
      width={width}
      height={height}
      role="img"
      aria-label={`${item.text[lang]}. ${w.key}`}
    >
      <text class="axis" x={LEFT - 10} y={TOP - 12} text-anchor="end">
        {unit === '1' ? '' : shownUnit(unit)}
      </text>
      {ticks.map((tick) => (
        <g key={tick}>
          <path class="grid" d={`M${LEFT} ${Math.round(y(tick)) + 0.5}H${width}`} />
          <text class="axis num" x={LEFT - 10} y={y(tick) + 4} text-anchor="end">
            {decimal(tick, Number.isInteger(tick) ? 0 : 2, lang)}
          </text>
        </g>
      ))}
      {timeTicks(span.fromMs, span.toMs, plant.timezone, Math.max(2, Math.floor((width - LEFT) / TICK_MIN_PX))).map(
        (ms) => (
          <text
            key={ms}
            class="axis num"
            x={x(ms)}
            y={height - 4}
            text-anchor={ms === span.fromMs ? 'start' : x(ms) > width - TICK_MIN_PX / 2 ? 'end' : 'middle'}
          >
            {dayText(ms, plant.timezone, lang)}
          </text>
        ),
      )}
      <g class="pillar-green">
        {measured.map((value, i) =>
          value === null ? null : (
            <rect
              key={fromMs + i * stepMs}
              class="spark-fill"
              data-value={value}
              x={x(fromMs + i * stepMs)}
              y={Math.min(y(value), y(0))}
              width={Math.max(0.5, (x(stepMs) - x(0)) * 0.84)}
              height={Math.abs(y(0) - y(value))}
            />
          ),
        )}
      </g>
      <Bands values={lines} x={x} y={y} />
      <path class="demand-now" d={`M${x(Date.parse(item.since))} ${TOP - 6}V${height - BOTTOM}`} />
    </svg>
  )
}
