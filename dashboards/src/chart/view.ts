import uPlot from 'uplot'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { placeAt, type Span, timesOf } from '../series/points.js'
import { type Frame, frameOf } from './frame.js'
import { type ChartModel, stateOf } from './model.js'
import { type Palette, readPalette } from './palette.js'
import { drawPicture, labelWidth, PAD } from './picture.js'

/** Calls that tell what the pointer does to a chart. */
interface ChartEvents {
  /** An instant in the window under the pointer; null when it leaves. */
  readonly onCursor: (ms: number | null) => void
  readonly onZoom: (span: Span) => void
  readonly onStepOut: () => void
}

/** A drag that is shorter is a click with an unsteady hand. */
const DRAG_MIN_PX = 8

/**
 * uPlot holds the canvas, the cursor and the selection; the picture is ours. Each window is one x at its middle, so
 * that the cursor finds the window under the pointer. The frame holds still while the pointer is inside.
 */
export class ChartView {
  readonly #plot: uPlot
  readonly #root: HTMLElement
  readonly #resize: ResizeObserver
  readonly #events: ChartEvents
  #model: ChartModel
  #palette: Palette
  #frame: Frame
  #isPointed = false

  constructor(root: HTMLElement, model: ChartModel, events: ChartEvents) {
    this.#root = root
    this.#model = model
    this.#events = events
    this.#palette = this.#readPalette()
    this.#frame = frameOf(model)
    this.#plot = new uPlot(this.#options(), this.#data(), root)
    this.#resize = new ResizeObserver(() => {
      this.#palette = this.#readPalette() // its patterns are made for one pixel ratio, and zooming changes it
      this.#plot.setSize({ width: root.clientWidth, height: root.clientHeight })
    })
    this.#resize.observe(root)
    // Text that was measured before its face had arrived.
    void document.fonts.ready.then(() => this.#plot.redraw(false))
  }

  show(model: ChartModel): void {
    const before = this.#model
    this.#model = model
    if (model.info.pillar !== before.info.pillar) this.#palette = this.#readPalette()
    const frame = this.#isPointed && model.view === before.view ? this.#frame : frameOf(model)
    const isSameFrame = sameFrame(frame, this.#frame)
    if (isSameFrame && this.#looksLike(before, model)) return
    this.#frame = frame
    const isWiderOrNarrower = this.#plot.bbox.left !== labelWidth(frame, model.language) * devicePixelRatio
    this.#plot.batch(() => {
      this.#plot.setData(this.#data(), true)
      if (isWiderOrNarrower) this.#plot.redraw(false, true)
    })
  }

  /** After a change of theme. */
  recolour(): void {
    this.#palette = this.#readPalette()
    this.#plot.redraw(false)
  }

  /** Puts the cursor on the window that holds an instant, or away. */
  follow(ms: number | null): void {
    const place = ms === null ? null : placeAt(this.#model.points, ms)
    const middle = place === null ? undefined : this.#plot.data[0][place]
    const left = middle === undefined ? -10 : this.#plot.valToPos(middle, 'x')
    this.#plot.setCursor({ left, top: left < 0 ? -10 : 0 }, false)
  }

  close(): void {
    this.#resize.disconnect()
    this.#plot.destroy()
  }

  #readPalette(): Palette {
    return readPalette(this.#root, this.#model.info.pillar, devicePixelRatio)
  }

  /** True when both give the same pixels in the frame that is there: most of what a feed says moves one value by less. */
  #looksLike(a: ChartModel, b: ChartModel): boolean {
    if (!sameBesidePoints(a, b) || a.points.length !== b.points.length) return false
    const [low, high] = [this.#frame.ticks[0]!, this.#frame.ticks.at(-1)!]
    const pixels = (value: number) => Math.round((value * b.figure.factor * this.#plot.bbox.height) / (high - low || 1))
    const looks = (point: KpiPoint) =>
      [
        point.start,
        point.value === null ? point.reason : `${pixels(point.value)} ${stateOf(point.value, b.reference)}`,
        point.provisional,
        point.estimated_share > 0,
        point.rev > 0,
        point.flags.includes('restated'),
      ].join()
    return a.points.every((point, i) => point === b.points[i] || looks(point) === looks(b.points[i]!))
  }

  #data(): uPlot.AlignedData {
    const middles = this.#model.points.map((point) => {
      const { fromMs, toMs } = timesOf(point)
      return (fromMs + toMs) / 2000
    })
    return [middles, middles]
  }

  #options(): uPlot.Options {
    const { onCursor, onStepOut } = this.#events
    return {
      width: this.#root.clientWidth,
      height: this.#root.clientHeight,
      padding: [PAD.top, PAD.right, PAD.bottom, () => labelWidth(this.#frame, this.#model.language)],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: DRAG_MIN_PX },
        points: { show: false },
        bind: {
          dblclick: () => () => {
            onStepOut()
            return null
          },
        },
      },
      scales: {
        x: { time: false, range: () => [this.#frame.span.fromMs / 1000, this.#frame.span.toMs / 1000] },
        y: { range: () => [0, 1] },
      },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [{ show: false }, { show: false }],
      hooks: {
        draw: [
          ({ ctx, bbox }) => {
            const onto = { box: bbox, ratio: devicePixelRatio }
            drawPicture(ctx, onto, this.#model, this.#frame, this.#palette)
          },
        ],
        setCursor: [
          ({ cursor }) => {
            const point = cursor.idx == null ? undefined : this.#model.points[cursor.idx]
            onCursor(point === undefined ? null : middleOf(point))
          },
        ],
        setSelect: [(plot) => this.#zoom(plot)],
        ready: [(plot) => this.#holdWhilePointed(plot.over)],
      },
    }
  }

  #zoom(plot: uPlot): void {
    const { left, width } = plot.select
    if (width < DRAG_MIN_PX) return
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    const msAt = (px: number) => plot.posToVal(px, 'x') * 1000
    this.#events.onZoom({ fromMs: msAt(left), toMs: msAt(left + width) })
  }

  #holdWhilePointed(over: HTMLElement): void {
    over.addEventListener('pointerenter', () => {
      this.#isPointed = true
    })
    over.addEventListener('pointerleave', () => {
      this.#isPointed = false
      this.show(this.#model)
    })
  }
}

/** An instant that is in a window and in no other. */
export function middleOf(point: KpiPoint): number {
  const { fromMs, toMs } = timesOf(point)
  return (fromMs + toMs) / 2
}

function sameBesidePoints(a: ChartModel, b: ChartModel): boolean {
  const [before, beforeB] = [a.before?.points ?? [], b.before?.points ?? []]
  return (
    (['info', 'isBars', 'zone', 'language', 'dueMs', 'notes', 'restated'] as const).every((key) => a[key] === b[key]) &&
    a.figure.unit === b.figure.unit &&
    JSON.stringify(a.reference) === JSON.stringify(b.reference) &&
    before.length === beforeB.length &&
    before.every((point, i) => point === beforeB[i])
  )
}

function sameFrame(a: Frame, b: Frame): boolean {
  return a.span.fromMs === b.span.fromMs && a.span.toMs === b.span.toMs && a.ticks.join() === b.ticks.join()
}
