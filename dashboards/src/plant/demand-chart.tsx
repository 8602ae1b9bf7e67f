import { Bands, type BandValue } from '../chart/bands.js'
import { DayAxes } from '../chart/day-axes.js'
import { DAY_FRAME, DayFrame, dayScale } from '../chart/day-frame.js'
import { axisTicks } from '../chart/domain.js'
import { type Figure, figureText, referenceText } from '../format.js'
import { gapsOf, type Span } from '../series/points.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { clockText } from '../time/time.js'
import type { Block, DemandLimits } from './demand.js'

interface DemandChartProps {
  readonly day: Span
  readonly blocks: readonly Block[]
  /** The day before, at the same time of day. */
  readonly before: readonly { readonly fromMs: number; readonly toMs: number; readonly kw: number }[]
  /** Demand as it was forecast at the start of the day, kW. */
  readonly forecast: readonly BandValue[]
  readonly limits: DemandLimits
  readonly highest: Block | null
  readonly figure: Figure
  readonly zone: string
  readonly onName: (block: Block | null) => void
}

const TOP = 34
const { left: LEFT, bottom: BOTTOM } = DAY_FRAME

export function DemandChart(props: DemandChartProps) {
  return <DayFrame draw={(width, height) => <Picture {...props} width={width} height={height} />} />
}

function Picture(props: DemandChartProps & { readonly width: number; readonly height: number }) {
  const { day, blocks, before, forecast, limits, highest, figure, zone, width, height, onName } = props
  const w = words().energy.demand
  const lang = language.value
  const drawn = [...blocks.map(({ kw }) => kw ?? 0), ...before.map(({ kw }) => kw)]
  const largest = Math.max(limits.limit ?? 0, ...drawn, ...forecast.map(({ high_90 }) => high_90 ?? 0))
  const ticks = axisTicks({ min: 0, max: (largest || 1) * figure.factor * 1.04 })
  // The last number need not stand at the very top: there is room for the words of the limit.
  const top = (largest || 1) * 1.08
  const { x, msAt } = dayScale(day, width)
  const y = (kw: number) => TOP + (1 - kw / top) * (height - TOP - BOTTOM)
  const now = nowMs.value
  const isToday = now >= day.fromMs && now < day.toMs
  const labelled = (value: number) => `${referenceText(value, figure, lang)} ${figure.unit}`
  const point = (event: PointerEvent) => {
    const ms = msAt(event)
    onName(blocks.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs) ?? null)
  }
  const gaps = gapsOf(
    blocks.map((block) => block.point),
    { fromMs: day.fromMs, toMs: blocks.at(-1)?.toMs ?? day.fromMs },
  )
  const label = highest === null || highest.kw === null ? w.title : `${w.title}. ${highestWords(highest, figure, zone)}`
  return (
    <svg
      class="demand-picture pillar-green"
      width={width}
      height={height}
      role="img"
      aria-label={label}
      onPointerMove={point}
      onPointerLeave={() => onName(null)}
    >
      <DayAxes
        day={day}
        figure={figure}
        unitY={TOP - 14}
        ticks={ticks.filter((tick) => tick / figure.factor <= top)}
        zone={zone}
        width={width}
        height={height}
        y={y}
      />
      {gaps.map(({ fromMs, toMs }) => (
        <rect key={fromMs} class="spark-gap" x={x(fromMs)} y={TOP} width={x(toMs) - x(fromMs)} height={y(0) - TOP} />
      ))}
      {blocks.map((block) => block.kw !== null && <Bar key={block.fromMs} block={block} x={x} y={y} />)}
      {forecast.length > 0 && <Bands values={forecast} x={x} y={y} />}
      <path class="demand-before" d={steps(before, x, y)} />
      {limits.warn !== null && (
        <>
          <path class="demand-warn" d={`M${LEFT} ${y(limits.warn)}H${width}`} />
          <text class="axis demand-warn-label num" x={width} y={y(limits.warn) + 14} text-anchor="end">
            {w.warn(labelled(limits.warn))}
          </text>
        </>
      )}
      {limits.limit !== null && (
        <>
          <path class="demand-limit" d={`M${LEFT} ${y(limits.limit)}H${width}`} />
          <text class="axis demand-limit-label num" x={width} y={y(limits.limit) - 5} text-anchor="end">
            {words().tile.limit(labelled(limits.limit))}
          </text>
        </>
      )}
      {isToday && <path class="demand-now" d={`M${x(now)} ${TOP - 6}V${y(0)}`} />}
      {highest !== null && highest.kw !== null && (
        <Highest x={x((highest.fromMs + highest.toMs) / 2)} y={y(highest.kw)} width={width}>
          {highestWords(highest, figure, zone)}
        </Highest>
      )}
    </svg>
  )
}

function highestWords({ kw, fromMs, toMs }: Block, figure: Figure, zone: string): string {
  const lang = language.value
  const times = `${clockText(fromMs, zone, lang)}–${clockText(toMs, zone, lang)}`
  return words().energy.demand.highestAt(`${figureText(kw ?? 0, figure, lang)} ${figure.unit}`, times)
}

interface BarProps {
  readonly block: Block
  readonly x: (ms: number) => number
  readonly y: (kw: number) => number
}

function Bar({ block, x, y }: BarProps) {
  const left = x(block.fromMs)
  const width = Math.max(1, (x(block.toMs) - left) * 0.84)
  const kw = block.kw ?? 0
  const kind = block.isRunning ? 'is-provisional' : block.counts ? '' : 'is-estimated'
  return (
    <g class={`spark-bar ${kind} is-${block.state}`} data-start={block.point.start} data-kw={kw}>
      <rect class="spark-fill" x={left} y={y(kw)} width={width} height={Math.max(0, y(0) - y(kw))} />
      <rect class="spark-edge" x={left} y={y(kw)} width={width} height="1" />
    </g>
  )
}

/** A step of one pixel; where blocks are missing it breaks. */
function steps(blocks: DemandChartProps['before'], x: BarProps['x'], y: BarProps['y']): string {
  return blocks
    .map(({ fromMs, toMs, kw }, i) => {
      const isJoined = blocks[i - 1]?.toMs === fromMs
      return `${isJoined ? 'V' : `M${x(fromMs).toFixed(1)} `}${y(kw).toFixed(1)}H${x(toMs).toFixed(1)}`
    })
    .join('')
}

interface HighestProps {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly children: string
}

/** The name of the highest block, above everything, on the side with more room. */
function Highest({ x, y, width, children }: HighestProps) {
  const isLeft = x > width / 2
  const lengthPx = [...children].reduce((sum, sign) => sum + (sign > '\u2e80' ? 11.5 : 6.4), 0)
  // In a narrow place it goes over its own line rather than out of the picture.
  const at = isLeft ? Math.max(x - 6, LEFT + lengthPx) : Math.min(x + 6, width - lengthPx)
  return (
    <>
      <path class="demand-lead" d={`M${x} ${TOP - 10}V${Math.max(TOP - 10, y - 2)}`} />
      <text class="axis demand-highest num" x={at} y={TOP - 16} text-anchor={isLeft ? 'end' : 'start'}>
        {children}
      </text>
    </>
  )
}
