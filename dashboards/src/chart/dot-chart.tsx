import { useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import type { DotPicture } from '../export/dot-picture.js'
import { language } from '../settings.js'
import { exactText, tickText, timeTicks } from '../time/time.js'
import { axisTicks } from './domain.js'

interface Dot {
  readonly atMs: number
  readonly value: number
}

export interface DotChartProps {
  /** Oldest first. */
  readonly dots: readonly Dot[]
  readonly fromMs: number
  readonly toMs: number
  readonly zone: string
  /** Description of what is drawn, for those who do not see it. */
  readonly label: string
  readonly textOf: (value: number) => string
  /** Values between which all is well, with their words. */
  readonly band?: { readonly min: number; readonly max: number; readonly label: string }
}

/** The drawing has a thousand parts each way and is stretched to its place; what must not be stretched is HTML over it. */
const PARTS = 1_000
/** A band that is lower has no room for its name. */
const LABEL_PARTS = 70
const TIME_LABELS = 6

/** The numbers of the axis, and the lowest and the highest of them. */
function axisOf(dots: DotChartProps['dots'], band: DotChartProps['band']) {
  const values = dots.map(({ value }) => value)
  const edges = band === undefined ? values : [...values, band.min * 1.3, band.max * 1.3]
  const low = edges.reduce((least, value) => Math.min(least, value), edges[0] ?? 0)
  const high = edges.reduce((most, value) => Math.max(most, value), edges[0] ?? 1)
  const air = low === high ? Math.abs(low) * 0.1 || 1 : 0
  const ticks = axisTicks({ min: low - air, max: high + air })
  return { ticks, min: ticks[0] ?? 0, max: ticks.at(-1) ?? 1 }
}

/** The same chart as a picture. */
export function dotPictureOf(
  { dots, fromMs, toMs, zone, textOf, band, label }: DotChartProps,
  title: string,
): DotPicture {
  const { ticks, min, max } = axisOf(dots, band)
  const x = (ms: number) => (ms - fromMs) / (toMs - fromMs)
  const y = (value: number) => (max - value) / (max - min)
  return {
    title,
    subtitle: `${label} · ${exactText(fromMs, zone, language.value)} – ${exactText(toMs, zone, language.value)}`,
    dots: dots.map(({ atMs, value }) => ({ x: x(atMs), y: y(value) })),
    values: ticks.map((tick) => ({ at: y(tick), text: textOf(tick) })),
    times: timeTicks(fromMs, toMs, zone, TIME_LABELS).map((tick) => ({
      at: x(tick),
      text: tickText(tick, zone, language.value),
    })),
  }
}

/** Samples are dots: what was measured between them nobody knows. The pointer or the arrow keys read one. */
export function DotChart({ dots, fromMs, toMs, zone, label, textOf, band }: DotChartProps) {
  const read = useSignal<number | null>(null)
  const plot = useRef<HTMLDivElement>(null)
  const { ticks, min, max } = axisOf(dots, band)
  const x = (ms: number) => ((ms - fromMs) / (toMs - fromMs)) * PARTS
  const y = (value: number) => ((max - value) / (max - min)) * PARTS
  const drawing = useMemo(
    () => dots.map(({ atMs, value }) => `M${x(atMs).toFixed(1)} ${y(value).toFixed(1)}h0`).join(''),
    [dots, fromMs, toMs, min, max],
  )
  const shown = read.value === null ? undefined : dots[Math.min(read.value, dots.length - 1)]
  const moveTo = (clientX: number) => {
    const box = plot.current?.getBoundingClientRect()
    if (box === undefined || dots.length === 0) return
    read.value = nearest(dots, fromMs + ((clientX - box.left) / box.width) * (toMs - fromMs))
  }
  const onKey = (event: KeyboardEvent) => {
    const last = dots.length - 1
    const at = read.value ?? last
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key]
    if (to === undefined || last < 0) return
    event.preventDefault()
    read.value = Math.max(0, Math.min(last, to))
  }
  return (
    <div class="dots">
      <span class="dots-values num" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} style={{ top: `${y(tick) / 10}%` }}>
            {textOf(tick)}
          </span>
        ))}
      </span>
      <div
        ref={plot}
        class="dots-plot"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, dots.length - 1)}
        aria-valuenow={read.value ?? Math.max(0, dots.length - 1)}
        aria-valuetext={shown === undefined ? label : readText(shown, zone, textOf)}
        onPointerMove={(event) => moveTo(event.clientX)}
        onPointerLeave={() => {
          read.value = null
        }}
        onBlur={() => {
          read.value = null
        }}
        onKeyDown={onKey}
      >
        {band !== undefined && (
          <span
            class="dots-band"
            style={{ top: `${y(band.max) / 10}%`, height: `${(y(band.min) - y(band.max)) / 10}%` }}
          >
            {y(band.min) - y(band.max) >= LABEL_PARTS && band.label}
          </span>
        )}
        <svg class="dots-drawing" viewBox={`0 0 ${PARTS} ${PARTS}`} preserveAspectRatio="none" aria-hidden="true">
          {ticks.map((tick) => (
            <path key={tick} class="dots-grid" d={`M0 ${y(tick)}h${PARTS}`} />
          ))}
          <path class="dots-dots" d={drawing} />
          {shown !== undefined && <path class="dots-read" d={`M${x(shown.atMs)} ${y(shown.value)}h0`} />}
        </svg>
        {shown !== undefined && (
          <span
            class={`dots-tip num ${x(shown.atMs) > PARTS / 2 ? 'is-left' : ''}`}
            style={{ left: `${x(shown.atMs) / 10}%` }}
          >
            <strong>{textOf(shown.value)}</strong>
            {exactText(shown.atMs, zone, language.value)}
          </span>
        )}
      </div>
      <span class="dots-times num" aria-hidden="true">
        {timeTicks(fromMs, toMs, zone, TIME_LABELS).map((tick) => (
          <span key={tick} style={{ left: `${x(tick) / 10}%` }}>
            {tickText(tick, zone, language.value)}
          </span>
        ))}
      </span>
    </div>
  )
}

const readText = ({ atMs, value }: Dot, zone: string, textOf: (value: number) => string) =>
  `${textOf(value)}, ${exactText(atMs, zone, language.value)}`

/** The place of the dot that lies nearest in time. */
function nearest(dots: readonly Dot[], ms: number): number {
  let [low, high] = [0, dots.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (dots[middle]!.atMs < ms) low = middle + 1
    else high = middle
  }
  const before = dots[low - 1]
  return before !== undefined && ms - before.atMs < dots[low]!.atMs - ms ? low - 1 : low
}
