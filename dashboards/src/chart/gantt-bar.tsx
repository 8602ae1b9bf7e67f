import { useMemo } from 'preact/hooks'
import type { State } from '../../../src/base/states.js'
import type { Block } from '../plant/gantt.js'
import type { Span } from '../series/points.js'

/** A row of the Gantt as it is drawn; all in CSS pixels, marks above the bar. */

export const BAR_HEIGHT = 32
const BASE = BAR_HEIGHT - 1
const FULL = 20
const LOW = 8
const MARK = 6

/** Height says what a state is before its colour does; a fault stands out above all others. */
const HEIGHTS: Readonly<Record<State, number>> = {
  PRODUCING: FULL,
  SETUP: FULL,
  IDLE_STARVED: LOW,
  IDLE_BLOCKED: LOW,
  HELD: LOW,
  DOWN_FAULT: FULL + 2,
  IDLE_NO_ORDER: 5,
  PLANNED_STOP: 2,
  BREAK: 2,
  PM: 2,
  OFF: 2,
  UNKNOWN: FULL,
}

interface BarProps {
  readonly blocks: readonly Block[]
  readonly span: Span
  readonly width: number
  /** Midnights in the plant's zone, epoch ms. */
  readonly days: readonly number[]
  /** Instants at which somebody said something. */
  readonly marks: readonly number[]
  /** null outside the span. */
  readonly now: number | null
  readonly chosen: Block | null
}

/** One path for each state, however many blocks there are: a repaint stays cheap. */
export function GanttBar({ blocks, span, width, days, marks, now, chosen }: BarProps) {
  const scale = width / (span.toMs - span.fromMs)
  const x = (ms: number) => (ms - span.fromMs) * scale
  const { fills, tops } = useMemo(() => pathsOf(blocks, span.fromMs, scale), [blocks, span, scale])
  return (
    <svg class="gantt-svg" width={width} height={BAR_HEIGHT} aria-hidden="true">
      <path class="gantt-base" d={`M0 ${BASE + 0.5}H${width}`} />
      {days.map((ms) => (
        <path key={ms} class="gantt-day" d={`M${fixed(x(ms))} ${MARK}V${BASE}`} />
      ))}
      {[...fills].map(([state, d]) => (
        <path
          key={state}
          class={`gantt-block is-${state.toLowerCase().replaceAll('_', '-')}`}
          d={d}
          data-state={state}
        />
      ))}
      {tops !== '' && <path class="gantt-top" d={tops} />}
      {now !== null && <path class="gantt-now" d={`M${fixed(x(now))} ${MARK}V${BAR_HEIGHT}`} />}
      {marks.map((ms, i) => (
        <path key={i} class="gantt-mark" d={`M${fixed(x(ms) - 4)} 0h8l-4 ${MARK}z`} />
      ))}
      {chosen !== null && (
        <rect
          class="gantt-chosen"
          x={x(chosen.fromMs) - 1.5}
          y={BASE - FULL - 3.5}
          width={Math.max(1, (chosen.toMs - chosen.fromMs) * scale) + 3}
          height={FULL + 4}
        />
      )}
    </svg>
  )
}

function pathsOf(blocks: readonly Block[], fromMs: number, scale: number) {
  const fills = new Map<State, string>()
  let tops = ''
  for (const block of blocks) {
    const { state } = block
    const left = (block.fromMs - fromMs) * scale
    const width = Math.max(1, (block.toMs - block.fromMs) * scale)
    const height = HEIGHTS[state]
    // An outline lies within its box, that its neighbours stay as they are.
    const inset = state === 'HELD' || state === 'UNKNOWN' ? 0.5 : 0
    const [x, y] = [fixed(left + inset), BASE - height + inset]
    const box = `M${x} ${y}h${fixed(Math.max(0.5, width - 2 * inset))}V${BASE}H${x}z`
    fills.set(state, (fills.get(state) ?? '') + box)
    if (state === 'PRODUCING') tops += `M${x} ${y + 0.5}h${fixed(width)}`
  }
  return { fills, tops }
}

const fixed = (value: number) => Math.round(value * 100) / 100

/** Patterns that fill the bars; once for all rows. */
export function GanttPatterns() {
  return (
    <svg class="patterns" aria-hidden="true">
      <defs>
        <pattern id="gantt-setup" width="4" height="4" patternUnits="userSpaceOnUse">
          <path class="hatch-intel" d="M1 0v4" />
        </pattern>
        <pattern id="gantt-blocked" width="6" height="8" patternUnits="userSpaceOnUse">
          <rect class="gantt-bar-fill" width="4" height="8" />
        </pattern>
        <pattern id="gantt-order" width="5" height="5" patternUnits="userSpaceOnUse" y="1">
          <circle class="gantt-dot" cx="2" cy="2" r="1.2" />
        </pattern>
      </defs>
    </svg>
  )
}
