import { useEffect, useRef } from 'preact/hooks'
import { type ChartModel, ChartView } from '../chart/view.js'
import { isDark, words } from '../settings.js'

interface ChartProps {
  readonly model: ChartModel
  /** The window under the cursor, by its place in `model.points`. */
  readonly onCursor: (index: number | null) => void
}

/** The canvas, and the keys that move its cursor. */
export function Chart({ model, onCursor }: ChartProps) {
  const root = useRef<HTMLDivElement>(null)
  const view = useRef<ChartView | null>(null)
  const cursor = useRef<number | null>(null)
  const w = words()

  // Made once; what changes is shown by the effects below.
  useEffect(() => {
    const made = new ChartView(root.current!, model, (index) => {
      cursor.current = index
      onCursor(index)
    })
    view.current = made
    return () => made.close()
  }, [])
  useEffect(() => view.current?.show(model), [model])
  useEffect(() => view.current?.recolour(), [isDark.value])

  const move = (event: KeyboardEvent) => {
    if (event.key === 'Escape') view.current?.moveCursor(null)
    const last = model.points.length - 1
    const from = cursor.current ?? last + 1
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    view.current?.moveCursor(Math.min(Math.max(to, 0), last))
  }
  return (
    <div
      ref={root}
      class="chart"
      role="img"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys move a cursor over the picture
      tabIndex={0}
      aria-label={`${model.info.name[model.language]}. ${w.chart.keys}`}
      onKeyDown={move}
      onBlur={() => view.current?.moveCursor(null)}
    >
      {model.points.length === 0 && <p class="chart-empty">{w.chart.nothing}</p>}
    </div>
  )
}
