import uPlot from 'uplot'
import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import { axisTicks, chartDomain } from '../domain.js'
import { decimal, type Figure, type Language } from '../format.js'
import { gapsOf, type Span } from '../points.js'
import { tickText, timeTicks } from '../time.js'
import { drawGaps, drawReference, drawSeries, FONT, type Plot } from './marks.js'
import { type Palette, readPalette } from './palette.js'

/** What a chart shows: one stream, what it compares with, and in whose time and words. */
export interface ChartModel {
  readonly points: readonly KpiPoint[]
  readonly span: Span
  readonly info: KpiInfo
  readonly figure: Figure
  /** As stored. */
  readonly reference: { readonly value: number; readonly isLimit: boolean; readonly label: string } | null
  readonly zone: string
  readonly language: Language
}

const TICK_MIN_PX = 84
const LABEL_HALF_PX = 24
const PAD_TOP = 26
const AXIS_SIZE = 30

interface Frame {
  readonly span: Span
  readonly ticks: readonly number[]
}

/**
 * uPlot holds the scales, the axes and the cursor; the marks are ours. Each window is one x at its middle, so that the
 * cursor finds the window under the pointer. The frame holds still while the pointer is inside.
 */
export class ChartView {
  readonly #plot: uPlot
  readonly #root: HTMLElement
  readonly #resize: ResizeObserver
  #model: ChartModel
  #palette: Palette
  #frame: Frame
  #isHeld = false

  constructor(root: HTMLElement, model: ChartModel, onCursor: (index: number | null) => void) {
    this.#root = root
    this.#model = model
    this.#palette = this.#readPalette()
    this.#frame = this.#frameOf(model)
    this.#plot = new uPlot(this.#options(onCursor), this.#data(), root)
    this.#resize = new ResizeObserver(() => {
      this.#palette = this.#readPalette() // its patterns are made for one pixel ratio, and zooming changes it
      this.#plot.setSize({ width: root.clientWidth, height: root.clientHeight })
    })
    this.#resize.observe(root)
    // Text that was measured before its face had arrived.
    void document.fonts.ready.then(() => this.#plot.redraw(false, true))
  }

  show(model: ChartModel): void {
    this.#model = model
    if (!this.#isHeld) this.#frame = this.#frameOf(model)
    this.#plot.setData(this.#data(), true)
  }

  /** After a change of theme. */
  recolour(): void {
    this.#palette = this.#readPalette()
    this.#plot.redraw(false, true)
  }

  /** Puts the cursor on the window at `index`, or away. */
  moveCursor(index: number | null): void {
    const middle = index === null ? undefined : this.#plot.data[0][index]
    this.#plot.setCursor({ left: middle === undefined ? -10 : this.#plot.valToPos(middle, 'x'), top: 0 })
  }

  close(): void {
    this.#resize.disconnect()
    this.#plot.destroy()
  }

  #readPalette(): Palette {
    return readPalette(this.#root, this.#model.info.pillar, devicePixelRatio)
  }

  #frameOf({ points, span, info, figure, reference }: ChartModel): Frame {
    const domain = chartDomain(points, info.shape, reference?.value ?? null)
    return { span, ticks: axisTicks({ min: domain.min * figure.factor, max: domain.max * figure.factor }) }
  }

  #data(): uPlot.AlignedData {
    const { points, figure } = this.#model
    const middles = points.map((p) => (Date.parse(p.start) + Date.parse(p.end)) / 2000)
    return [middles, points.map((p) => (p.value === null ? null : p.value * figure.factor))]
  }

  #options(onCursor: (index: number | null) => void): uPlot.Options {
    const font = `11.5px ${FONT}`
    const stroke = () => this.#palette.ink3
    return {
      width: this.#root.clientWidth,
      height: this.#root.clientHeight,
      padding: [PAD_TOP, 4, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: () => [this.#frame.span.fromMs / 1000, this.#frame.span.toMs / 1000] },
        y: { range: () => [this.#frame.ticks[0]!, this.#frame.ticks.at(-1)!] },
      },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        {
          stroke,
          font,
          size: AXIS_SIZE,
          gap: 8,
          grid: { show: false },
          ticks: { show: false },
          splits: (plot) => this.#timeSplits(plot),
          values: (_, splits) => splits.map((s) => tickText(s * 1000, this.#model.zone, this.#model.language)),
        },
        {
          stroke,
          font,
          size: (_, labels) => Math.max(40, 14 + Math.max(0, ...(labels ?? []).map((label) => label.length)) * 7),
          gap: 8,
          grid: { stroke: () => this.#palette.line, width: 1 },
          ticks: { show: false },
          splits: () => [...this.#frame.ticks],
          values: (_, splits) => this.#valueLabels(splits),
        },
      ],
      hooks: {
        draw: [(plot) => this.#draw(plot)],
        setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
        ready: [(plot) => this.#holdWhilePointed(plot.over)],
      },
    }
  }

  #timeSplits(plot: uPlot): number[] {
    const { fromMs, toMs } = this.#frame.span
    const most = Math.max(2, Math.floor(plot.width / TICK_MIN_PX))
    // A label at the very end would be cut.
    const endMs = toMs - ((toMs - fromMs) * LABEL_HALF_PX) / plot.width
    return timeTicks(fromMs, toMs, this.#model.zone, most).flatMap((ms) => (ms > endMs ? [] : [ms / 1000]))
  }

  #valueLabels(splits: readonly number[]): string[] {
    const step = splits.length < 2 ? 1 : splits[1]! - splits[0]!
    const digits = Math.max(0, Math.min(4, -Math.floor(Math.log10(step) + 1e-9)))
    const isExact = (places: number) => splits.every((s) => Math.abs(Number(s.toFixed(places)) - s) < step / 1000)
    const places = isExact(digits) ? digits : digits + 1
    return splits.map((split) => decimal(split, places, this.#model.language))
  }

  #holdWhilePointed(over: HTMLElement): void {
    over.addEventListener('pointerenter', () => {
      this.#isHeld = true
    })
    over.addEventListener('pointerleave', () => {
      this.#isHeld = false
      this.show(this.#model)
    })
  }

  #draw(uplot: uPlot): void {
    const { points, span, info, figure, reference } = this.#model
    const { left, top, width, height } = uplot.bbox
    const plot: Plot = {
      context: uplot.ctx,
      ratio: devicePixelRatio,
      left,
      top,
      right: left + width,
      bottom: top + height,
      x: (ms) => uplot.valToPos(ms / 1000, 'x', true),
      y: (value) => uplot.valToPos(value, 'y', true),
    }
    const { context, ratio } = plot
    context.save()
    context.beginPath()
    context.rect(left, top - PAD_TOP * ratio, width, height + (PAD_TOP + 8) * ratio)
    context.clip()
    drawGaps(plot, this.#palette, gapsOf(points, span))
    drawSeries(plot, this.#palette, { points, shape: info.shape, factor: figure.factor })
    if (reference !== null) {
      drawReference(plot, this.#palette, { ...reference, value: reference.value * figure.factor })
    }
    context.restore()
    context.save()
    context.font = `${11.5 * ratio}px ${FONT}`
    context.fillStyle = this.#palette.ink3
    context.textAlign = 'left'
    context.textBaseline = 'alphabetic'
    // Above the numbers; a unit that is wider than they are begins at the edge instead.
    const unitX = Math.max(0, left - 8 * ratio - context.measureText(figure.unit).width)
    context.fillText(figure.unit, unitX, top - 15 * ratio)
    context.restore()
  }
}
