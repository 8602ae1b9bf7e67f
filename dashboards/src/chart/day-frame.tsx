import type { ComponentChildren } from 'preact'
import type { Span } from '../series/points.js'
import { useSize } from './use-size.js'

/** Room beside and under the picture of a day, and the least between two of its times, px. */
export const DAY_FRAME = { left: 52, right: 2, bottom: 24, tickMinPx: 84 } as const
const HEIGHT_MIN = 248

/** Draws the picture of a day as wide and as high as there is room for it. */
export function DayFrame({ draw }: { readonly draw: (width: number, height: number) => ComponentChildren }) {
  const [root, { width, height }] = useSize<HTMLDivElement>()
  return (
    <div ref={root} class="demand">
      {width > 0 && draw(width, Math.max(height, HEIGHT_MIN))}
    </div>
  )
}

/** Gives the place of an instant of a day in a picture so wide, px, and the instant under a pointer, epoch ms. */
export function dayScale({ fromMs, toMs }: Span, width: number) {
  const plotPx = width - DAY_FRAME.left - DAY_FRAME.right
  return {
    x: (ms: number) => DAY_FRAME.left + ((ms - fromMs) / (toMs - fromMs)) * plotPx,
    msAt: (event: PointerEvent) => {
      const box = (event.currentTarget as Element).getBoundingClientRect()
      return fromMs + ((event.clientX - box.left - DAY_FRAME.left) / plotPx) * (toMs - fromMs)
    },
  }
}
