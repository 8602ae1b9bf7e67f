import { gapsOf, timesOf } from '../series/points.js'
import type { ChartModel, ChartReference } from './model.js'
import type { Note } from './notes.js'
import type { Palette } from './palette.js'
import { FONT, type Plot } from './plot.js'

/** Parts of the picture behind, over and under the marks of a series: gaps, the period before, references, flags, now. */

export function drawGaps(plot: Plot, palette: Palette, { points, span, dueMs }: ChartModel): void {
  plot.context.fillStyle = palette.gap
  for (const gap of gapsOf(points, span, dueMs)) {
    const left = Math.max(plot.left, plot.x(gap.fromMs))
    const right = Math.min(plot.right, plot.x(gap.toMs))
    if (right > left) plot.context.fillRect(left, plot.top, right - left, plot.bottom - plot.top)
  }
}

/** The same figure in the period before: a step of one pixel, a line where the figure is a ratio. */
export function drawBefore(plot: Plot, palette: Palette, { before, info, figure }: ChartModel): void {
  if (before === null) return
  const { context, ratio } = plot
  const isStep = info.shape !== 'ratio'
  context.strokeStyle = palette.ink4
  context.lineWidth = ratio
  context.beginPath()
  let endMs = Number.NaN
  for (const point of before.points) {
    if (point.value === null) continue
    const { fromMs, toMs } = timesOf(point)
    const [x0, x1] = [plot.x(fromMs + before.shiftMs), plot.x(toMs + before.shiftMs)]
    const y = plot.y(point.value * figure.factor)
    if (fromMs !== endMs) context.moveTo(isStep ? x0 : (x0 + x1) / 2, y)
    if (isStep) context.lineTo(x0, y)
    context.lineTo(isStep ? x1 : (x0 + x1) / 2, y)
    endMs = toMs
  }
  context.stroke()
}

/** The balance line with its words at the right end: solid is a limit, dashed is a target, dotted is a warning. */
export function drawReference(plot: Plot, palette: Palette, reference: ChartReference, factor: number): void {
  const { value, isLimit, label, warn } = reference
  if (warn !== null) {
    const { full } = palette.inks.near
    rule(plot, plot.y(warn.value * factor), { colour: full, widthPx: 1.25, dash: [1.5, 3] })
    const y = plot.y(warn.value * factor) + 4 * plot.ratio
    write(plot, palette, { text: warn.label, y, colour: full, baseline: 'top' })
  }
  const colour = isLimit ? palette.ink1 : palette.ink3
  rule(plot, plot.y(value * factor), { colour, widthPx: isLimit ? 1.25 : 1, dash: isLimit ? [] : [3, 3] })
  write(plot, palette, { text: label, y: plot.y(value * factor) - 4 * plot.ratio, colour, baseline: 'bottom' })
}

function rule(
  { context, ratio, left, right }: Plot,
  y: number,
  look: { readonly colour: string; readonly widthPx: number; readonly dash: readonly number[] },
): void {
  context.strokeStyle = look.colour
  context.lineWidth = look.widthPx * ratio
  context.setLineDash(look.dash.map((px) => px * ratio))
  context.beginPath()
  context.moveTo(left, Math.round(y))
  context.lineTo(right, Math.round(y))
  context.stroke()
  context.setLineDash([])
}

interface Words {
  readonly text: string
  readonly y: number
  readonly colour: string
  readonly baseline: CanvasTextBaseline
}

/** At the right end, with an edge in the colour of the ground: a line may run below it. */
function write({ context, ratio, right }: Plot, { surface }: Palette, { text, y, colour, baseline }: Words): void {
  context.font = `550 ${11.5 * ratio}px ${FONT}`
  context.textAlign = 'right'
  context.textBaseline = baseline
  context.strokeStyle = surface
  context.lineWidth = 3 * ratio
  context.lineJoin = 'round'
  context.strokeText(text, right, y)
  context.fillStyle = colour
  context.fillText(text, right, y)
}

/** The flags stand nearer than that only as one. */
const FLAG_PX = 9

/** Draws events as small flags that stand on the axis. */
export function drawNotes({ context, ratio, bottom, x, left, right }: Plot, palette: Palette, notes: readonly Note[]) {
  let last = Number.NEGATIVE_INFINITY
  for (const { ms } of notes) {
    const at = Math.round(x(ms))
    if (at < left || at > right || at - last < FLAG_PX * ratio) continue
    last = at
    const top = bottom - 12 * ratio
    // At the right end it flies to the other side, or it would be cut.
    const side = right - at < 8 * ratio ? -1 : 1
    context.beginPath()
    context.moveTo(at, bottom)
    context.lineTo(at, top)
    context.lineTo(at + side * 7 * ratio, top + 3 * ratio)
    context.lineTo(at, top + 6 * ratio)
    // An edge in the colour of the ground keeps it readable on a bar.
    context.strokeStyle = palette.surface
    context.lineWidth = 3.5 * ratio
    context.lineJoin = 'round'
    context.stroke()
    context.strokeStyle = palette.ink1
    context.fillStyle = palette.ink1
    context.lineWidth = 1.25 * ratio
    context.stroke()
    context.fill()
  }
}

/** Nearer to the end than that, now is the end. */
const NOW_MIN_PX = 24

/** Draws a line where a running period has come to. */
export function drawNow(plot: Plot, palette: Palette, { span, dueMs }: ChartModel): void {
  const { context, ratio, top, bottom, right, x } = plot
  const at = Math.round(x(dueMs)) + 0.5
  if (dueMs >= span.toMs || right - at < NOW_MIN_PX * ratio) return
  context.strokeStyle = palette.ink4
  context.lineWidth = ratio
  context.beginPath()
  context.moveTo(at, top)
  context.lineTo(at, bottom)
  context.stroke()
}
