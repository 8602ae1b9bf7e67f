import { type ReadonlySignal, useComputed, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { placeAt, type Span } from '../series/points.js'
import { isDark, words } from '../settings.js'
import { cursor } from './cursor.js'
import type { ChartModel } from './model.js'
import { ChartView, middleOf } from './view.js'
import { stepOut, zoomInto } from './zoom.js'

interface ChartProps {
  /** Model to draw, null before it is known: each value is painted at once, so set it in a frame (`frames`). */
  readonly model: ReadonlySignal<ChartModel | null>
  /** By this the cursor is this chart's. */
  readonly owner: object
}

/** Share of the time in view that is shown after a zoom by a key. */
const KEY_ZOOM = 1 / 3

/** The canvas, the cursor that it shares with all charts of the page, and the keys for both. */
export function Chart({ model, owner }: ChartProps) {
  const root = useRef<HTMLDivElement>(null)
  const view = useRef<ChartView | null>(null)
  const w = words()
  const name = useComputed(() => model.value?.info.name[model.value.language] ?? '').value
  const isEmpty = useComputed(() => model.value?.points.length === 0).value

  useEffect(
    () => () => {
      moveTo(null)
      view.current?.close()
    },
    [],
  )
  // Made once, for the first picture.
  useSignalEffect(() => {
    const shown = model.value
    if (shown === null || root.current === null) return
    if (view.current === null) {
      view.current = new ChartView(root.current, shown, {
        onCursor: (ms) => moveTo(ms),
        onZoom: zoomInto,
        onStepOut: () => stepOut(shown.zone),
      })
    } else view.current.show(shown)
  })
  useEffect(() => view.current?.recolour(), [isDark.value])
  useSignalEffect(() => {
    const at = cursor.value
    if (at === null || at.owner !== owner) view.current?.follow(at?.ms ?? null)
  })

  /** Only who has the cursor may take it away. */
  const moveTo = (ms: number | null, isByKey = false) => {
    if (ms !== null) cursor.value = { ms, owner, isByKey }
    else if (cursor.peek()?.owner === owner) cursor.value = null
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const shown = model.peek()
    const move = (ms: number | null) => {
      view.current?.follow(ms)
      moveTo(ms, true)
    }
    if (shown !== null && press(event.key, shown, move)) event.preventDefault()
  }
  return (
    <div
      ref={root}
      class="chart"
      role="img"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys move a cursor over the picture
      tabIndex={0}
      aria-label={`${name}. ${w.chart.keys}`}
      onKeyDown={onKeyDown}
      onBlur={() => moveTo(null)}
    >
      {isEmpty && <p class="chart-empty">{w.chart.nothing}</p>}
    </div>
  )
}

/** Arrows, Home and End move the cursor, + zooms around it, − steps out; false for any other key. */
function press(key: string, model: ChartModel, move: (ms: number | null) => void): boolean {
  const { points, span } = model
  if (key === '+' || key === '=') zoomInto(around(cursor.peek()?.ms ?? (span.fromMs + span.toMs) / 2, span))
  else if (key === '-') stepOut(model.zone)
  else if (key === 'Escape') move(null)
  else {
    const last = points.length - 1
    const at = cursor.peek()
    const from = (at === null ? null : placeAt(points, at.ms)) ?? last + 1
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[key]
    const point = to === undefined ? undefined : points[Math.min(Math.max(to, 0), last)]
    if (point === undefined) return to !== undefined
    move(middleOf(point))
  }
  return true
}

/** A part of a span with an instant in its middle, not beyond its ends. */
function around(ms: number, { fromMs, toMs }: Span): Span {
  const length = (toMs - fromMs) * KEY_ZOOM
  const from = Math.min(Math.max(ms - length / 2, fromMs), toMs - length)
  return { fromMs: from, toMs: from + length }
}
