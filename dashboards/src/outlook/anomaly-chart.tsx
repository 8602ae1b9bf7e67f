import type { PlantNode } from '../../../src/base/wire.js'
import type { AnomalyItem } from '../../../src/views/wire/anomalies.js'
import { Bands } from '../chart/bands.js'
import { TimeAxis, ValueAxis } from '../chart/day-axes.js'
import { DAY_FRAME, DayFrame, dayScale } from '../chart/day-frame.js'
import { axisTicks } from '../chart/domain.js'
import { shownUnit } from '../format.js'
import { language } from '../settings.js'
import { dayText } from '../time/time.js'
import { useOutlookWords } from './words.js'

const TOP = 24
const { bottom: BOTTOM } = DAY_FRAME

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
      <ValueAxis unit={unit === '1' ? '' : shownUnit(unit)} unitY={TOP - 12} ticks={ticks} width={width} y={y} />
      <TimeAxis
        span={span}
        zone={plant.timezone}
        width={width}
        height={height}
        label={(ms) => dayText(ms, plant.timezone, lang)}
      />
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
