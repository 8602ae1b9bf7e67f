import type { KpiPoint } from '../../../src/base/kpi.js'
import { timesOf } from '../series/points.js'
import { type ChartModel, stateOf } from './model.js'
import type { Ink, Palette } from './palette.js'
import type { Plot } from './plot.js'

/** A window ready to draw. */
interface Slot {
  readonly x0: number
  readonly x1: number
  readonly y: number
  readonly point: KpiPoint
  readonly ink: Ink
}

const BAR_SHARE = 0.8
const BAR_MAX_PX = 28
const OUTLINE_MIN_PX = 5

/** The marks of a series: sums are bars from zero, levels are steps, ratios are lines. Never mixed. */
export function drawSeries(plot: Plot, palette: Palette, model: ChartModel): void {
  const { points, figure, reference } = model
  const drawn = points.flatMap((point): readonly Slot[] => {
    if (point.value === null) return []
    const { fromMs, toMs } = timesOf(point)
    const ink = palette.inks[stateOf(point.value, reference)]
    return [{ x0: plot.x(fromMs), x1: plot.x(toMs), y: plot.y(point.value * figure.factor), point, ink }]
  })
  if (model.isBars) for (const slot of drawn) drawBar(plot, slot)
  else drawLine(plot, drawn, model.info.shape !== 'ratio')
  for (const slot of drawn) {
    if (slot.point.rev > 0) drawLate(plot, palette, centreOf(plot, slot, model.isBars))
    const isRestated = slot.point.flags.includes('restated') || model.restated.has(timesOf(slot.point).fromMs)
    if (isRestated) drawRing(plot, palette, slot, centreOf(plot, slot, model.isBars))
  }
}

/** The middle of what is drawn of a window: a bar is narrower than it. */
function centreOf({ ratio }: Plot, { x0, x1 }: Slot, isBars: boolean): number {
  return isBars ? (x0 + Math.min(x1, x0 + (BAR_MAX_PX * ratio) / BAR_SHARE)) / 2 : (x0 + x1) / 2
}

function drawBar({ context, ratio, y }: Plot, { x0, x1, y: end, point, ink }: Slot): void {
  const left = Math.round(x0)
  const width = Math.max(ratio, Math.round(Math.min((x1 - x0) * BAR_SHARE, BAR_MAX_PX * ratio)))
  const zero = Math.round(y(0))
  const top = Math.min(Math.round(end), zero)
  const height = Math.abs(zero - Math.round(end))
  const edge = Math.max(1, Math.round(ratio))
  // The grid does not shine through a bar.
  context.clearRect(left, top, width, height)
  context.fillStyle = point.provisional ? ink.faint : point.estimated_share > 0 ? ink.hatch : ink.fill
  context.fillRect(left, top, width, height)
  // A bar below full strength keeps its value readable by an edge at full strength.
  context.fillStyle = ink.full
  context.fillRect(left, Math.round(end), width, edge)
  if (point.provisional && width >= OUTLINE_MIN_PX * ratio) {
    context.fillRect(left, top, edge, height)
    context.fillRect(left + width - edge, top, edge, height)
  }
}

function drawLine(plot: Plot, drawn: readonly Slot[], isStep: boolean): void {
  const { context, ratio } = plot
  for (const { x0, x1, y, ink } of drawn.filter((s) => s.point.estimated_share > 0)) {
    context.fillStyle = ink.hatch
    context.globalAlpha = 0.45
    context.fillRect(x0, y, x1 - x0, plot.bottom - y)
    context.globalAlpha = 1
  }
  context.lineWidth = 1.6 * ratio
  context.lineJoin = 'round'
  // One stroke for all that look alike: hundreds of strokes cost more than all else of a paint.
  let [look, isOpen] = ['', false]
  const finish = () => {
    if (isOpen) context.stroke()
    isOpen = false
  }
  drawn.forEach((slot, i) => {
    const { provisional, estimated_share } = slot.point
    const before = drawn[i - 1]
    const isJoined = before !== undefined && Math.abs(before.x1 - slot.x0) < 1
    const next = `${slot.ink.full}${provisional}${estimated_share > 0}`
    if (next !== look || !isJoined) finish()
    if (!isOpen) {
      look = next
      isOpen = true
      context.strokeStyle = slot.ink.full
      context.setLineDash(provisional ? [ratio, 4 * ratio] : [])
      context.globalAlpha = estimated_share > 0 ? 0.75 : 1
      context.beginPath()
      if (isStep) context.moveTo(slot.x0, isJoined ? before.y : slot.y)
      else if (isJoined) context.moveTo((before.x0 + before.x1) / 2, before.y)
      else context.moveTo((slot.x0 + slot.x1) / 2, slot.y)
    }
    if (isStep) context.lineTo(slot.x0, slot.y)
    context.lineTo(isStep ? slot.x1 : (slot.x0 + slot.x1) / 2, slot.y)
  })
  finish()
  context.setLineDash([])
  context.globalAlpha = 1
  if (isStep) return
  // A ratio between two gaps would have no line at all; the last is the one that is looked for.
  drawn.forEach((slot, i) => {
    const isAlone = [drawn[i - 1], drawn[i + 1]].every((other) => other === undefined || !touches(slot, other))
    if (isAlone || i === drawn.length - 1) dot(plot, slot)
  })
}

const touches = (a: Slot, b: Slot) => Math.min(Math.abs(a.x1 - b.x0), Math.abs(b.x1 - a.x0)) < 1

function dot({ context, ratio }: Plot, { x0, x1, y, ink }: Slot): void {
  context.fillStyle = ink.full
  context.beginPath()
  context.arc((x0 + x1) / 2, y, 2 * ratio, 0, 2 * Math.PI)
  context.fill()
}

/** A small triangle under the axis where a final window was written anew. */
function drawLate({ context, ratio, bottom }: Plot, palette: Palette, centre: number): void {
  context.fillStyle = palette.ink3
  context.beginPath()
  context.moveTo(centre, bottom + 2 * ratio)
  context.lineTo(centre - 3 * ratio, bottom + 7 * ratio)
  context.lineTo(centre + 3 * ratio, bottom + 7 * ratio)
  context.fill()
}

/** An open ring where a figure has changed long after it was final. */
function drawRing({ context, ratio }: Plot, palette: Palette, { y, ink }: Slot, centre: number): void {
  context.beginPath()
  context.arc(centre, y, 3.5 * ratio, 0, 2 * Math.PI)
  context.fillStyle = palette.surface
  context.fill()
  context.strokeStyle = ink.full
  context.lineWidth = 1.6 * ratio
  context.stroke()
}
