import type { PlantNode } from '../../../src/base/wire.js'
import type { LoadPlanAnswer } from '../../../src/views/wire/load-plan.js'
import { DayAxes } from '../chart/day-axes.js'
import { DAY_FRAME, DayFrame, dayScale } from '../chart/day-frame.js'
import { axisTicks } from '../chart/domain.js'
import { decimal, type Figure, referenceText } from '../format.js'
import { language, words } from '../settings.js'
import { useOutlookWords } from './words.js'

interface LoadPlanChartProps {
  readonly plant: PlantNode
  readonly steps: LoadPlanAnswer['steps']
  /** Contract demand, kW; null without one. */
  readonly limit: number | null
  readonly figure: Figure
}

const TOP = 44
/** A price is written where its time is so wide, px. */
const PRICE_MIN_PX = 34
const { left: LEFT, bottom: BOTTOM } = DAY_FRAME

/** The expected power of the day without and with the plan, in front of the times of each price. */
export function LoadPlanChart(props: LoadPlanChartProps) {
  return <DayFrame draw={(width, height) => <LoadPlanPicture {...props} width={width} height={height} />} />
}

interface LoadPlanPictureProps extends LoadPlanChartProps {
  readonly width: number
  readonly height: number
}

function LoadPlanPicture({ plant, steps, limit, figure, width, height }: LoadPlanPictureProps) {
  const w = useOutlookWords().plan
  const [zone, lang] = [plant.timezone, language.value]
  const day = { fromMs: Date.parse(steps[0]!.start), toMs: Date.parse(steps.at(-1)!.end) }
  const powers = steps.flatMap(({ expected_kw, plan_kw }) => [expected_kw, plan_kw])
  const [least, most] = [Math.min(0, ...powers), Math.max(limit ?? 0, ...powers, 1)]
  const ticks = axisTicks({ min: least * figure.factor, max: most * figure.factor })
  const [low, high] = [
    Math.min(least, (ticks[0] ?? 0) / figure.factor),
    Math.max(most, (ticks.at(-1) ?? 0) / figure.factor),
  ]
  const { x } = dayScale(day, width)
  const y = (kw: number) => TOP + (1 - (kw - low) / (high - low)) * (height - TOP - BOTTOM)
  const lineOf = (key: 'expected_kw' | 'plan_kw') =>
    steps
      .map((step, at) => {
        const [from, to] = [x(Date.parse(step.start)), x(Date.parse(step.end))]
        return `${at === 0 ? `M${from.toFixed(1)} ` : 'V'}${y(step[key]).toFixed(1)}H${to.toFixed(1)}`
      })
      .join('')
  return (
    <svg
      class="demand-picture outlook-picture pillar-intelligent"
      width={width}
      height={height}
      role="img"
      aria-label={`${w.title}. ${w.key}`}
    >
      <PriceBands steps={steps} x={x} top={TOP - 14} bottom={y(low)} />
      <DayAxes
        day={day}
        figure={figure}
        unitY={TOP - 22}
        ticks={ticks}
        zone={zone}
        width={width}
        height={height}
        y={y}
      />
      <path class="outlook-plan-usual" d={lineOf('expected_kw')} />
      <path class="outlook-plan-line" data-steps={steps.length} d={lineOf('plan_kw')} />
      {limit !== null && (
        <>
          <path class="demand-limit" data-limit={limit} d={`M${LEFT} ${y(limit)}H${width}`} />
          <text class="axis demand-limit-label num" x={width} y={y(limit) - 5} text-anchor="end">
            {words().tile.limit(`${referenceText(limit, figure, lang)} ${figure.unit}`)}
          </text>
        </>
      )}
    </svg>
  )
}

interface PriceBandsProps {
  readonly steps: LoadPlanAnswer['steps']
  readonly x: (ms: number) => number
  readonly top: number
  readonly bottom: number
}

/** Times of one price, the darker the dearer, each with its price above. */
function PriceBands({ steps, x, top, bottom }: PriceBandsProps) {
  const prices = [...new Set(steps.map(({ price }) => price))].sort((a, b) => a - b)
  return (
    <>
      {bandsOf(steps).map(({ price, start, end }) => {
        const [from, to] = [x(Date.parse(start)), x(Date.parse(end))]
        return (
          <g key={start} data-price={price}>
            <rect
              class="outlook-plan-price"
              x={from}
              y={top}
              width={to - from}
              height={bottom - top}
              fill-opacity={prices.length < 2 ? 0 : (0.3 * prices.indexOf(price)) / (prices.length - 1)}
            />
            {to - from >= PRICE_MIN_PX && (
              <text class="axis num" x={(from + to) / 2} y={top - 8} text-anchor="middle">
                {decimal(price, 2, language.value)}
              </text>
            )}
          </g>
        )
      })}
    </>
  )
}

function bandsOf(steps: LoadPlanAnswer['steps']) {
  const bands: { price: number; start: string; end: string }[] = []
  for (const { price, start, end } of steps) {
    const last = bands.at(-1)
    if (last?.price === price) last.end = end
    else bands.push({ price, start, end })
  }
  return bands
}
