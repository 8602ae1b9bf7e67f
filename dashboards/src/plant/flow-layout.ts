import type { Flow, FlowPart } from './flow.js'

/** Places of the parts of a flow in a picture: true to scale, wide enough to be seen, far enough apart to be read. */

/** A ribbon, and its bar at the outer end. */
export interface Ribbon {
  readonly part: FlowPart
  readonly width: number
  /** Its middle, at the outer end and at the bus. */
  readonly y: number
  readonly busY: number
}

interface FlowLayout {
  readonly height: number
  readonly sources: readonly Ribbon[]
  readonly uses: readonly Ribbon[]
  readonly bus: { readonly top: number; readonly height: number }
}

export const RIBBON_MIN_PX = 3
/** From label to label: one line of text to the right, two to the left. */
export const USE_STEP_PX = 19
export const SOURCE_STEP_PX = 40
const GAP_PX = 10

const amountOf = (part: FlowPart) => Math.abs(part.amount ?? 0)

export function layFlow({ sources, uses }: Flow, heightMin: number): FlowLayout {
  const steps = Math.max(sources.length * SOURCE_STEP_PX, uses.length * USE_STEP_PX)
  const height = Math.max(heightMin, steps)
  const scale = scaleFor(height, [
    { parts: sources, step: SOURCE_STEP_PX },
    { parts: uses, step: USE_STEP_PX },
  ])
  const widthOf = (part: FlowPart) => Math.max(RIBBON_MIN_PX, amountOf(part) * scale)
  const thickness = (parts: readonly FlowPart[]) => parts.reduce((sum, part) => sum + widthOf(part), 0)
  const busHeight = Math.max(thickness(sources), thickness(uses))
  const bus = { top: (height - busHeight) / 2, height: busHeight }
  const side = (parts: readonly FlowPart[], step: number): readonly Ribbon[] => {
    const slots = parts.map((part) => slotOf(widthOf(part), step))
    const free = height - slots.reduce((sum, slot) => sum + slot, 0)
    const between = parts.length > 1 ? Math.min(free / (parts.length - 1), 2 * GAP_PX) : 0
    let outer = (height - slots.reduce((sum, slot) => sum + slot, 0) - between * (parts.length - 1)) / 2
    let inner = bus.top + (busHeight - thickness(parts)) / 2
    return parts.map((part, i) => {
      const width = widthOf(part)
      const slot = slots[i]!
      const ribbon = { part, width, y: outer + slot / 2, busY: inner + width / 2 }
      outer += slot + between
      inner += width
      return ribbon
    })
  }
  return { height, sources: side(sources, SOURCE_STEP_PX), uses: side(uses, USE_STEP_PX), bus }
}

const slotOf = (width: number, step: number) => Math.max(step, width + GAP_PX)

interface Side {
  readonly parts: readonly FlowPart[]
  readonly step: number
}

/** Pixels for one kWh: the most with which the fuller side fits. */
function scaleFor(height: number, sides: readonly Side[]): number {
  const needs = (scale: number) =>
    Math.max(
      ...sides.map(({ parts, step }) =>
        parts.reduce((sum, part) => sum + slotOf(Math.max(RIBBON_MIN_PX, amountOf(part) * scale), step), 0),
      ),
    )
  const largest = Math.max(...sides.flatMap(({ parts }) => parts.map(amountOf)))
  if (largest === 0) return 0
  let [low, high] = [0, height / largest]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (needs(middle) <= height) low = middle
    else high = middle
  }
  return low
}
