import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import type { Span } from '../points.js'
import type { Palette } from './palette.js'

/** Where to draw: functions from time and shown value to canvas pixels, and the edges of the plot. */
export interface Plot {
  readonly context: CanvasRenderingContext2D
  readonly ratio: number
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly x: (ms: number) => number
  readonly y: (value: number) => number
}

/** A window ready to draw, in shown units. */
interface Slot {
  readonly x0: number
  readonly x1: number
  readonly y: number
  readonly point: KpiPoint
}

const BAR_SHARE = 0.8
const BAR_MAX_PX = 28
const OUTLINE_MIN_PX = 5

function slots(plot: Plot, points: readonly KpiPoint[], factor: number): Slot[] {
  return points.flatMap((point) =>
    point.value === null
      ? []
      : [
          {
            x0: plot.x(Date.parse(point.start)),
            x1: plot.x(Date.parse(point.end)),
            y: plot.y(point.value * factor),
            point,
          },
        ],
  )
}

/** The marks of a series: sums are bars from zero, levels are steps, ratios are lines. Never mixed. */
export function drawSeries(
  plot: Plot,
  palette: Palette,
  series: { readonly points: readonly KpiPoint[]; readonly shape: KpiInfo['shape']; readonly factor: number },
): void {
  const drawn = slots(plot, series.points, series.factor)
  if (series.shape === 'sum') for (const slot of drawn) drawBar(plot, palette, slot)
  else drawLine(plot, palette, drawn, series.shape === 'level')
  drawLateMarks(plot, palette, drawn)
}

export function drawGaps(plot: Plot, palette: Palette, gaps: readonly Span[]): void {
  plot.context.fillStyle = palette.gap
  for (const gap of gaps) {
    const left = Math.max(plot.left, plot.x(gap.fromMs))
    const right = Math.min(plot.right, plot.x(gap.toMs))
    if (right > left) plot.context.fillRect(left, plot.top, right - left, plot.bottom - plot.top)
  }
}

function drawBar({ context, ratio, y }: Plot, palette: Palette, slot: Slot): void {
  const left = Math.round(slot.x0)
  const width = Math.max(ratio, Math.round(Math.min((slot.x1 - slot.x0) * BAR_SHARE, BAR_MAX_PX * ratio)))
  const zero = Math.round(y(0))
  const top = Math.min(Math.round(slot.y), zero)
  const height = Math.abs(zero - Math.round(slot.y))
  const edge = Math.max(1, Math.round(ratio))
  const { provisional, estimated_share } = slot.point
  // The grid does not shine through a bar.
  context.clearRect(left, top, width, height)
  context.fillStyle = provisional ? palette.faint : estimated_share > 0 ? palette.hatch : palette.half
  context.fillRect(left, top, width, height)
  // A bar below full strength keeps its value readable by an edge at full strength.
  context.fillStyle = palette.full
  context.fillRect(left, Math.round(slot.y), width, edge)
  if (provisional && width >= OUTLINE_MIN_PX * ratio) {
    context.fillRect(left, top, edge, height)
    context.fillRect(left + width - edge, top, edge, height)
  }
}

function drawLine(plot: Plot, palette: Palette, drawn: readonly Slot[], isStep: boolean): void {
  const { context, ratio } = plot
  for (const slot of drawn.filter((s) => s.point.estimated_share > 0)) {
    context.fillStyle = palette.hatch
    context.globalAlpha = 0.45
    context.fillRect(slot.x0, slot.y, slot.x1 - slot.x0, plot.bottom - slot.y)
    context.globalAlpha = 1
  }
  context.strokeStyle = palette.full
  context.lineWidth = 1.6 * ratio
  context.lineJoin = 'round'
  drawn.forEach((slot, i) => {
    const before = drawn[i - 1]
    const isJoined = before !== undefined && Math.abs(before.x1 - slot.x0) < 1
    context.setLineDash(slot.point.provisional ? [ratio, 4 * ratio] : [])
    context.globalAlpha = slot.point.estimated_share > 0 ? 0.75 : 1
    context.beginPath()
    if (isStep) {
      context.moveTo(slot.x0, isJoined ? before.y : slot.y)
      context.lineTo(slot.x0, slot.y)
      context.lineTo(slot.x1, slot.y)
    } else if (isJoined) {
      context.moveTo((before.x0 + before.x1) / 2, before.y)
      context.lineTo((slot.x0 + slot.x1) / 2, slot.y)
    }
    context.stroke()
    // A ratio between two gaps would have no line at all.
    if (!isStep && !isJoined) dot(plot, palette.full, slot)
  })
  context.setLineDash([])
  context.globalAlpha = 1
  const last = drawn.at(-1)
  if (!isStep && last !== undefined) dot(plot, palette.full, last)
}

function dot({ context, ratio }: Plot, colour: string, slot: Slot): void {
  context.fillStyle = colour
  context.beginPath()
  context.arc((slot.x0 + slot.x1) / 2, slot.y, 2 * ratio, 0, 2 * Math.PI)
  context.fill()
}

/** A small triangle under the axis where a final window was written anew. */
function drawLateMarks({ context, ratio, bottom }: Plot, palette: Palette, drawn: readonly Slot[]): void {
  context.fillStyle = palette.ink3
  for (const { x0, x1, point } of drawn) {
    if (point.rev === 0) continue
    const centre = (x0 + Math.min(x1, x0 + (BAR_MAX_PX * ratio) / BAR_SHARE)) / 2
    context.beginPath()
    context.moveTo(centre, bottom + 2 * ratio)
    context.lineTo(centre - 3 * ratio, bottom + 7 * ratio)
    context.lineTo(centre + 3 * ratio, bottom + 7 * ratio)
    context.fill()
  }
}

/** The balance line with its words at the right end: solid is a limit, dashed is a target. */
export function drawReference(
  { context, ratio, left, right, y }: Plot,
  palette: Palette,
  reference: { readonly value: number; readonly isLimit: boolean; readonly label: string },
): void {
  const height = Math.round(y(reference.value))
  context.strokeStyle = reference.isLimit ? palette.ink1 : palette.ink3
  context.lineWidth = (reference.isLimit ? 1.25 : 1) * ratio
  context.setLineDash(reference.isLimit ? [] : [3 * ratio, 3 * ratio])
  context.beginPath()
  context.moveTo(left, height)
  context.lineTo(right, height)
  context.stroke()
  context.setLineDash([])
  context.font = `550 ${11.5 * ratio}px ${FONT}`
  context.textAlign = 'right'
  context.textBaseline = 'bottom'
  context.fillStyle = reference.isLimit ? palette.ink1 : palette.ink3
  context.fillText(reference.label, right, height - 4 * ratio)
}

export const FONT =
  '"Inter Variable", "PingFang SC", "Microsoft YaHei UI", "Noto Sans CJK SC", "Noto Sans SC Variable", sans-serif'
