import type { KpiPoint, Pillar } from '../../../src/base/kpi.js'
import { gapsOf, type Span, timesOf } from '../series/points.js'
import { domainOf } from './domain.js'

interface SparkProps {
  readonly points: readonly KpiPoint[]
  readonly span: Span
  /** Until when data were due. */
  readonly dueMs: number
  readonly shape: 'sum' | 'level' | 'ratio'
  readonly pillar: Pillar
  /** A limit (solid) or target (dashed), as stored; it lies half-way up in every tile. */
  readonly balance: { readonly value: number; readonly isLimit: boolean } | null
  readonly isStale: boolean
  /** True for a figure made of samples: dots instead of a line. */
  readonly areDots: boolean
  /** The period before, drawn `shiftMs` later: under what it is compared with. */
  readonly previous: readonly KpiPoint[]
  readonly shiftMs: number
}

/** A path goes to hundredths of a pixel: a change that nobody sees need not be drawn. */
const path = (share: number) => Number(share.toFixed(4))
const percent = (share: number) => `${(share * 100).toFixed(3)}%`

/** A figure over time in the space of a thumb: bars for sums, steps for levels, a line for ratios. */
export function Spark(props: SparkProps) {
  const { points, span, dueMs, shape, pillar, balance, isStale, areDots, previous, shiftMs } = props
  const domain = domainOf([...points, ...previous], shape, balance?.value ?? null)
  const x = (ms: number) => (ms - span.fromMs) / (span.toMs - span.fromMs)
  const y = (value: number) => 1 - (value - domain.min) / (domain.max - domain.min)
  const placed = (all: readonly KpiPoint[], laterMs: number) =>
    all.flatMap((point) => {
      if (point.value === null) return []
      const { fromMs, toMs } = timesOf(point)
      return [{ point, value: point.value, x0: x(fromMs + laterMs), x1: Math.min(1, x(toMs + laterMs)) }]
    })
  const drawn = placed(points, 0)
  const newest = points.at(-1)
  // A window that has no value yet while it runs is not a gap.
  const isOpen = newest?.value === null && newest.provisional
  const gaps = isOpen
    ? gapsOf(points.slice(0, -1), { ...span, toMs: timesOf(newest).fromMs })
    : gapsOf(points, { ...span, toMs: dueMs })
  return (
    <svg class={`spark ${isStale ? 'is-stale' : `pillar-${pillar}`}`} aria-hidden="true">
      {gaps.map((gap) => (
        <rect
          key={gap.fromMs}
          class="spark-gap"
          x={percent(Math.max(0, x(gap.fromMs)))}
          width={percent(x(gap.toMs) - Math.max(0, x(gap.fromMs)))}
          height="100%"
        />
      ))}
      {areDots ? null : shape === 'sum' ? (
        drawn.map((p) => {
          const top = y(p.value)
          const width = percent((p.x1 - p.x0) * 0.8)
          const { start, provisional, estimated_share } = p.point
          const kind = provisional ? 'is-provisional' : estimated_share > 0 ? 'is-estimated' : ''
          return (
            <g key={start} class={`spark-bar ${kind}`}>
              <rect class="spark-fill" x={percent(p.x0)} y={percent(top)} width={width} height={percent(1 - top)} />
              <rect class="spark-edge" x={percent(p.x0)} y={percent(top)} width={width} height="1" />
            </g>
          )
        })
      ) : (
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          {shape === 'level' && <path class="spark-area" d={stepPath(drawn, y, true)} />}
          <path class="spark-line" d={shape === 'level' ? stepPath(drawn, y, false) : linePath(drawn, y)} />
        </svg>
      )}
      {previous.length > 0 && (
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          <path class="spark-previous" d={stepPath(placed(previous, shiftMs), y, false)} />
        </svg>
      )}
      {balance !== null && (
        <line
          class={balance.isLimit ? 'spark-limit' : 'spark-target'}
          x1="0"
          x2="100%"
          y1={percent(y(balance.value))}
          y2={percent(y(balance.value))}
        />
      )}
      {(areDots ? drawn : shape === 'ratio' ? drawn.slice(-1) : []).map((p) => (
        <circle key={p.point.start} class="spark-dot" cx={percent((p.x0 + p.x1) / 2)} cy={percent(y(p.value))} r="2" />
      ))}
    </svg>
  )
}

interface Drawn {
  readonly x0: number
  readonly x1: number
  readonly value: number
}

/** Points are one stroke as long as each begins where the one before ended. */
function strokes(points: readonly Drawn[]): Drawn[][] {
  const all: Drawn[][] = []
  for (const point of points) {
    const stroke = all.at(-1)
    if (stroke !== undefined && Math.abs(stroke.at(-1)!.x1 - point.x0) < 1e-6) stroke.push(point)
    else all.push([point])
  }
  return all
}

function stepPath(points: readonly Drawn[], y: (value: number) => number, isArea: boolean): string {
  return strokes(points)
    .map((stroke) => {
      const steps = stroke.map((p) => `L${path(p.x0)} ${path(y(p.value))}H${path(p.x1)}`).join('')
      const first = stroke[0]!
      return isArea ? `M${path(first.x0)} 1${steps}V1Z` : `M${steps.slice(1)}`
    })
    .join('')
}

function linePath(points: readonly Drawn[], y: (value: number) => number): string {
  return strokes(points)
    .map((stroke) => `M${stroke.map((p) => `${path((p.x0 + p.x1) / 2)} ${path(y(p.value))}`).join('L')}`)
    .join('')
}
