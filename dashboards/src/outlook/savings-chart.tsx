import { DAY_MS } from '../../../src/base/durations.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type { SavingClaimItem } from '../../../src/views/wire/savings.js'
import { TimeAxis, ValueAxis } from '../chart/day-axes.js'
import { DAY_FRAME, DayFrame, dayScale } from '../chart/day-frame.js'
import { axisTicks } from '../chart/domain.js'
import { figureFor } from '../format.js'
import { language } from '../settings.js'
import { dayText, instantOf } from '../time/time.js'
import { useOutlookWords } from './words.js'

const TOP = 24
const { bottom: BOTTOM } = DAY_FRAME

type Saving = NonNullable<SavingClaimItem['saving']>

interface SavingsChartProps {
  readonly plant: PlantNode
  readonly measure: string
  readonly cusum: Saving['cusum']
}

/** The sum of the savings up to each known day: a straight line up is a saving that lasts. */
export function SavingsChart(props: SavingsChartProps) {
  const w = useOutlookWords().savings
  return (
    <>
      <DayFrame draw={(width, height) => <CusumPicture {...props} width={width} height={height} />} />
      <p class="faint">{w.key}</p>
    </>
  )
}

interface CusumPictureProps extends SavingsChartProps {
  readonly width: number
  readonly height: number
}

function CusumPicture({ plant, measure, cusum, width, height }: CusumPictureProps) {
  const w = useOutlookWords().savings
  const zone = plant.timezone
  const points = cusum.map(({ day, saved_kwh }) => ({ ms: instantOf(Date.parse(day), zone) + DAY_MS, kwh: saved_kwh }))
  const span = { fromMs: (points[0]?.ms ?? DAY_MS) - DAY_MS, toMs: points.at(-1)?.ms ?? DAY_MS }
  const values = points.map(({ kwh }) => kwh)
  const figure = figureFor({ id: '', unit: 'kWh', shape: 'sum' }, Math.max(...values.map(Math.abs), 1))
  const scaled = values.map((kwh) => kwh * figure.factor)
  const [least, most] = [Math.min(0, ...scaled), Math.max(0, ...scaled)]
  const ticks = axisTicks({ min: least, max: most === least ? 1 : most })
  const [low, high] = [Math.min(least, ...ticks), Math.max(most, ...ticks)]
  const { x } = dayScale(span, width)
  const y = (value: number) => TOP + (1 - (value - low) / (high - low || 1)) * (height - TOP - BOTTOM)
  const line = points.map(({ ms }, i) => `L${x(ms).toFixed(1)} ${y(scaled[i]!).toFixed(1)}`).join('')
  return (
    <svg
      class="demand-picture outlook-picture pillar-intelligent"
      width={width}
      height={height}
      role="img"
      aria-label={`${measure}. ${w.key}`}
    >
      <ValueAxis unit={figure.unit} unitY={TOP - 12} ticks={ticks} width={width} y={y} />
      <TimeAxis
        span={span}
        zone={zone}
        width={width}
        height={height}
        label={(ms) => dayText(ms, zone, language.value)}
      />
      <path class="grid" d={`M${x(span.fromMs)} ${Math.round(y(0)) + 0.5}H${width}`} />
      <path class="outlook-cusum" data-points={points.length} d={`M${x(span.fromMs)} ${y(0)}${line}`} />
    </svg>
  )
}
