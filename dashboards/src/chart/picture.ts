import { decimal, type Language } from '../format.js'
import type { Span } from '../series/points.js'
import { fieldText, localMs, tickText, timeTicks, yearText } from '../time/time.js'
import { drawBefore, drawGaps, drawNotes, drawNow, drawReference } from './backdrop.js'
import type { Frame } from './frame.js'
import { drawSeries } from './marks.js'
import type { ChartModel } from './model.js'
import type { Palette } from './palette.js'
import { FONT, type Plot } from './plot.js'

/** Distance of the plot from the edges of the chart, CSS px; the left one is as wide as the numbers there. */
export const PAD = { top: 26, right: 4, bottom: 30 } as const
const TICK_MIN_PX = 84
const LABEL_HALF_PX = 24
const LABEL_GAP_PX = 8

interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Room for the numbers of the value axis, CSS px. */
export function labelWidth(frame: Frame, language: Language): number {
  return Math.max(40, 14 + Math.max(...valueLabels(frame.ticks, language).map((label) => label.length)) * 7)
}

/** The whole chart into a canvas, without a ground; `box` is the plot in canvas pixels. */
export function drawPicture(
  context: CanvasRenderingContext2D,
  { box, ratio }: { readonly box: Box; readonly ratio: number },
  model: ChartModel,
  frame: Frame,
  palette: Palette,
): void {
  const { left, top, width, height } = box
  const { fromMs, toMs } = frame.span
  const [low, high] = [frame.ticks[0]!, frame.ticks.at(-1)!]
  const plot: Plot = {
    context,
    ratio,
    left,
    top,
    right: left + width,
    bottom: top + height,
    x: (ms) => left + ((ms - fromMs) / (toMs - fromMs)) * width,
    y: (value) => top + (1 - (value - low) / (high - low)) * height,
  }
  context.save()
  drawAxes(plot, palette, model, frame)
  context.beginPath()
  context.rect(left, top - PAD.top * ratio, width, height + (PAD.top + LABEL_GAP_PX) * ratio)
  context.clip()
  drawGaps(plot, palette, model)
  drawSeries(plot, palette, model)
  drawBefore(plot, palette, model)
  drawNow(plot, palette, model)
  if (model.reference !== null) drawReference(plot, palette, model.reference, model.figure.factor)
  drawNotes(plot, palette, model.notes)
  context.restore()
}

function drawAxes(plot: Plot, palette: Palette, { zone, language, figure }: ChartModel, frame: Frame): void {
  const { context, ratio, left, right, top, bottom, x, y } = plot
  context.font = `${11.5 * ratio}px ${FONT}`
  context.fillStyle = palette.ink3
  context.strokeStyle = palette.line
  context.lineWidth = Math.max(1, Math.round(ratio))
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.beginPath()
  const labels = valueLabels(frame.ticks, language)
  frame.ticks.forEach((tick, i) => {
    const height = Math.round(y(tick)) + (context.lineWidth % 2) / 2
    context.moveTo(left, height)
    context.lineTo(right, height)
    context.fillText(labels[i]!, left - LABEL_GAP_PX * ratio, height)
  })
  context.stroke()
  context.textAlign = 'center'
  context.textBaseline = 'top'
  for (const ms of splitsOf(frame.span, zone, (right - left) / ratio)) {
    context.fillText(splitText(ms, zone, language), x(ms), bottom + (LABEL_GAP_PX + 2) * ratio)
  }
  context.textAlign = 'left'
  context.textBaseline = 'alphabetic'
  // Above the numbers; a unit that is wider than they are begins at the edge instead.
  const unitX = Math.max(0, left - LABEL_GAP_PX * ratio - context.measureText(figure.unit).width)
  context.fillText(figure.unit, unitX, top - 15 * ratio)
}

function splitsOf({ fromMs, toMs }: Span, zone: string, widthPx: number): readonly number[] {
  const most = Math.max(2, Math.floor(widthPx / TICK_MIN_PX))
  // A label at the very end would be cut.
  const endMs = toMs - ((toMs - fromMs) * LABEL_HALF_PX) / widthPx
  return timeTicks(fromMs, toMs, zone, most).filter((ms) => ms <= endMs)
}

/** The year at its beginning, so that a range of years can be read. */
function splitText(ms: number, zone: string, language: Language): string {
  const isNewYear = fieldText(ms, zone).endsWith('-01-01T00:00')
  return isNewYear ? yearText(localMs(ms, zone), language) : tickText(ms, zone, language)
}

function valueLabels(ticks: readonly number[], language: Language): readonly string[] {
  const step = ticks.length < 2 ? 1 : ticks[1]! - ticks[0]!
  const digits = Math.max(0, Math.min(4, -Math.floor(Math.log10(step) + 1e-9)))
  const isExact = (places: number) => ticks.every((s) => Math.abs(Number(s.toFixed(places)) - s) < step / 1000)
  const places = isExact(digits) ? digits : digits + 1
  return ticks.map((tick) => decimal(tick, places, language))
}
