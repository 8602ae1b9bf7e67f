import type { Window } from '../../../src/base/kpi.js'
import { useSize } from '../chart/use-size.js'
import { decimal } from '../format.js'
import { gapsOf, type Span } from '../series/points.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { tickText, timeTicks, windowText } from '../time/time.js'
import type { CarbonBar } from './carbon.js'

interface CarbonBarsProps {
  readonly bars: readonly CarbonBar[]
  readonly span: Span
  readonly zone: string
  readonly window: Window
}

const HEIGHT_MIN = 132
const TOP = 20
const BOTTOM = 22
const TICK_MIN_PX = 72

/** The windows of the range as bars of two strengths, scope 1 below, scope 2 above it. */
export function CarbonBars(props: CarbonBarsProps) {
  const [root, { width, height }] = useSize<HTMLDivElement>()
  return (
    <div ref={root} class="carbon-bars">
      {width > 0 && <Bars {...props} width={width} height={Math.max(height, HEIGHT_MIN)} />}
    </div>
  )
}

function Bars({
  bars,
  span,
  zone,
  window,
  width,
  height,
}: CarbonBarsProps & { readonly width: number; readonly height: number }) {
  const lang = language.value
  const w = words()
  const place = { zone, language: lang, nowMs: nowMs.value }
  const heights = bars.map(({ scope1, scope2 }) => (scope1 ?? 0) + (scope2 ?? 0))
  const top = Math.max(...heights, 0) || 1
  const x = (ms: number) => ((ms - span.fromMs) / (span.toMs - span.fromMs)) * width
  const y = (kg: number) => TOP + (1 - kg / top) * (height - TOP - BOTTOM)
  const gaps = gapsOf(
    bars.map(({ point }) => point),
    { fromMs: span.fromMs, toMs: bars.at(-1) === undefined ? span.fromMs : Date.parse(bars.at(-1)!.point.end) },
  )
  const ticks = timeTicks(span.fromMs, span.toMs, zone, Math.max(2, Math.floor(width / TICK_MIN_PX)))
  return (
    <svg class="carbon-picture pillar-green" width={width} height={height} role="img" aria-label={w.energy.carbon.bars}>
      <path class="grid" d={`M0 ${TOP + 0.5}H${width}`} />
      <text class="axis num" x={width} y={TOP - 6} text-anchor="end">
        {w.energy.carbon.perWindow(decimal(top, top < 10 ? 1 : 0, lang), w.windows[window])}
      </text>
      {gaps.map(({ fromMs, toMs }) => (
        <rect
          key={fromMs}
          class="spark-gap"
          x={Math.max(0, x(fromMs))}
          y={TOP}
          width={x(toMs) - Math.max(0, x(fromMs))}
          height={y(0) - TOP}
        />
      ))}
      {bars.map(({ point, isProvisional, isEstimated, scope1, scope2 }, i) => {
        const [startMs, endMs] = [Date.parse(point.start), Date.parse(point.end)]
        const left = Math.max(0, x(startMs))
        const bar = { x: left, width: Math.max(1, (Math.min(width, x(endMs)) - left) * 0.84) }
        const kind = isProvisional ? 'is-provisional' : isEstimated ? 'is-estimated' : ''
        const direct = scope1 ?? 0
        const all = heights[i]!
        return (
          <g key={point.start} class={`carbon-bar ${kind}`}>
            <title>
              {`${windowText(startMs, endMs, window, place)}: ${w.energy.carbon.scope('1')} ${kg(scope1)}, ${w.energy.carbon.scope('2')} ${kg(scope2)}`}
            </title>
            <rect class="is-scope2" {...bar} y={y(all)} height={Math.max(0, y(direct) - y(all))} />
            <rect class="is-scope1" {...bar} y={y(direct)} height={Math.max(0, y(0) - y(direct))} />
            {all > 0 && <rect class="spark-edge" {...bar} y={y(all)} height="1" />}
          </g>
        )
      })}
      <path class="grid" d={`M0 ${y(0) + 0.5}H${width}`} />
      {ticks.map((ms) => (
        <text
          key={ms}
          class="axis num"
          x={x(ms)}
          y={height - 5}
          text-anchor={x(ms) < 20 ? 'start' : x(ms) > width - 20 ? 'end' : 'middle'}
        >
          {tickText(ms, zone, lang)}
        </text>
      ))}
    </svg>
  )
}

const kg = (value: number | null) => (value === null ? '—' : `${decimal(value, 1, language.value)} kg`)
