import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { HOUR_MS } from '../../../src/base/durations.js'
import type { DeviceNode, LineNode } from '../../../src/base/wire.js'
import { DeviceSign } from '../devices/device-table.js'
import { durationText } from '../format.js'
import { lineName } from '../names.js'
import { linkTo } from '../nav.js'
import { type Block, blockAt, blocksOf, isStop, type Remark, remarksOn, type StateInterval } from '../plant/gantt.js'
import { RobotFigures, type Utilization } from '../plant/robot-figures.js'
import type { Span } from '../series/points.js'
import { language, words } from '../settings.js'
import { clockSecondsText, clockText, dayText, tickText, timeTicks } from '../time/time.js'
import { BAR_HEIGHT, GanttBar, GanttPatterns } from './gantt-bar.js'

const TICK_PX = 72
const SHORT_MS = HOUR_MS

export interface GanttMachine {
  readonly device: DeviceNode
  readonly line: LineNode
  /** null for a machine that has never told its state. */
  readonly intervals: readonly StateInterval[] | null
  readonly remarks: readonly Remark[]
  readonly figures: Utilization
}

interface GanttProps {
  readonly plant: string
  readonly zone: string
  readonly span: Span
  readonly machines: readonly GanttMachine[]
  /** null when the span is over. */
  readonly nowMs: number | null
  readonly onStop: (device: string, stop: StateInterval) => void
}

interface Chosen {
  readonly device: string
  readonly index: number
}

/** Machines by state over time: one row each, walked by the arrow keys. */
export function Gantt({ plant, zone, span, machines, nowMs, onStop }: GanttProps) {
  const w = words().machines
  const axis = useRef<HTMLDivElement>(null)
  const rows = useRef<HTMLUListElement>(null)
  const width = useWidth(axis)
  const most = Math.max(2, Math.floor(width.value / TICK_PX))
  const ticks = timeTicks(span.fromMs, span.toMs, zone, most)
  const days = ticks.filter((ms) => clockText(ms, zone, 'en') === '00:00')
  const blocks = useMemo(
    () =>
      machines.map(({ intervals }) =>
        width.value === 0 ? [] : blocksOf(intervals ?? [], (span.toMs - span.fromMs) / width.value),
      ),
    [machines, span, width.value],
  )
  const { chosen, at, block, walk, choose, open, pointed } = useChosenBlock({ machines, span, blocks, rows, onStop })
  const first = chosen.value?.device ?? machines[0]?.device.id
  const textOf = (row: number, shown: Block) => readOut(shown, machines[row]!.remarks, span, zone)
  return (
    <>
      <GanttPatterns />
      <ul ref={rows} class="gantt">
        <li class="gantt-row gantt-head" aria-hidden="true">
          <span>{words().robots.ofPlanned}</span>
          <span class="gantt-cycles">{words().robots.cycles}</span>
          <span>{nowMs !== null && w.now}</span>
        </li>
        {machines.map(({ device, line, intervals, remarks, figures }, row) => {
          const isChosen = row === at
          const last = intervals?.at(-1)
          return (
            <li key={device.id} class="gantt-row" data-device={device.id}>
              <a class="gantt-name" href={linkTo({ view: 'device', plant, device: device.id })}>
                <DeviceSign state={device.state} />
                <code title={device.id}>{device.id}</code>
                <span class="faint">{lineName(line)}</span>
              </a>
              <div
                class="gantt-bar"
                role="slider"
                tabIndex={device.id === first ? 0 : -1}
                aria-label={`${device.id}. ${w.keys}`}
                aria-valuemin={0}
                aria-valuemax={Math.max(0, (blocks[row]?.length ?? 1) - 1)}
                aria-valuenow={isChosen ? (chosen.value?.index ?? 0) : 0}
                aria-valuetext={isChosen && block !== undefined ? textOf(row, block) : summary(intervals)}
                style={{ height: `${BAR_HEIGHT}px` }}
                onKeyDown={(event) => walk(event, row)}
                onFocus={() => !isChosen && choose(row, (blocks[row]?.length ?? 0) - 1)}
                onBlur={() => (chosen.value = null)}
                onMouseMove={(event) => choose(row, pointed(event, row))}
                onMouseLeave={() => (chosen.value = null)}
                onClick={(event) => {
                  const clicked = blocks[row]?.[pointed(event, row)]
                  if (clicked !== undefined) open(row, clicked)
                }}
              >
                {intervals === null ? (
                  <span class="gantt-none">{words().reasons.no_data}</span>
                ) : (
                  width.value > 0 && (
                    <GanttBar
                      blocks={blocks[row] ?? []}
                      span={span}
                      width={width.value}
                      days={days}
                      marks={remarks.map(({ fromMs }) => fromMs).filter((ms) => ms >= span.fromMs && ms < span.toMs)}
                      now={nowMs}
                      chosen={isChosen ? (block ?? null) : null}
                    />
                  )
                )}
              </div>
              <RobotFigures figures={figures} state={nowMs === null ? null : (last?.state ?? 'UNKNOWN')} />
            </li>
          )
        })}
        <li class="gantt-row gantt-axis" aria-hidden="true">
          <div ref={axis} class="gantt-ticks num">
            <GanttTicks ticks={ticks} span={span} zone={zone} />
          </div>
        </li>
      </ul>
      <p class="gantt-read num">{block === undefined ? w.hint : `${machines[at]!.device.id} · ${textOf(at, block)}`}</p>
    </>
  )
}

interface BlocksShown extends Pick<GanttProps, 'machines' | 'span' | 'onStop'> {
  /** Blocks by machine, as they are drawn. */
  readonly blocks: readonly (readonly Block[])[]
  readonly rows: RefObject<HTMLUListElement | null>
}

/** The block that the pointer or the arrow keys are at, and the ways to another one. */
function useChosenBlock({ machines, span, blocks, rows, onStop }: BlocksShown) {
  const chosen = useSignal<Chosen | null>(null)
  const at = machines.findIndex(({ device }) => device.id === chosen.value?.device)
  const block = blocks[at]?.[chosen.value?.index ?? 0]

  const walk = (event: KeyboardEvent, row: number) => {
    const all = blocks[row] ?? []
    const from = chosen.peek()?.device === machines[row]?.device.id ? (chosen.peek()?.index ?? 0) : all.length
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: all.length - 1 }[event.key]
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (event.key === 'Escape') chosen.value = null
    else if (event.key === 'Enter' && block !== undefined) open(row, block)
    else if (to !== undefined) choose(row, Math.min(Math.max(to, 0), all.length - 1))
    else if (by !== undefined && machines[row + by] !== undefined) {
      const ms = block === undefined ? span.toMs : (block.fromMs + block.toMs) / 2
      choose(row + by, blockAt(blocks[row + by]!, ms))
      rows.current?.querySelectorAll<HTMLElement>('.gantt-bar')[row + by]?.focus()
    } else return
    event.preventDefault()
  }
  const choose = (row: number, index: number) => {
    const device = machines[row]!.device.id
    const before = chosen.peek()
    if (before?.device === device && before.index === index) return
    chosen.value = index < 0 ? null : { device, index }
  }
  const open = (row: number, { parts }: Block) => {
    const longest = longestStop(parts)
    if (longest !== undefined) onStop(machines[row]!.device.id, longest)
  }
  const pointed = (event: MouseEvent, row: number) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const ms = span.fromMs + ((event.clientX - box.left) / box.width) * (span.toMs - span.fromMs)
    return blockAt(blocks[row] ?? [], ms)
  }
  return { chosen, at, block, walk, choose, open, pointed }
}

/** Width of an element, px, as it is by now; 0 before it is there. */
function useWidth(element: RefObject<HTMLElement | null>): Signal<number> {
  const width = useSignal(0)
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      width.value = element.current?.clientWidth ?? 0
    })
    observer.observe(element.current!)
    return () => observer.disconnect()
  }, [])
  return width
}

interface GanttTicksProps {
  readonly ticks: readonly number[]
  readonly span: Span
  readonly zone: string
}

function GanttTicks({ ticks, span, zone }: GanttTicksProps) {
  return (
    <>
      {ticks.map((ms) => (
        <span key={ms} style={{ left: `${(((ms - span.fromMs) / (span.toMs - span.fromMs)) * 100).toFixed(2)}%` }}>
          {tickText(ms, zone, language.value)}
        </span>
      ))}
    </>
  )
}

/** The longest of several stops drawn as one is the one most likely meant. */
function longestStop(parts: Block['parts']): Block['parts'][number] | undefined {
  const stops = parts.filter(({ state }) => isStop(state))
  return stops.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0]
}

/** State, times and length of a block, what else is in it, and what was said of it. */
function readOut(block: Block, remarks: readonly Remark[], span: Span, zone: string): string {
  const w = words()
  const lang = language.value
  const isShort = block.toMs - block.fromMs < SHORT_MS
  const clock = (ms: number) => (isShort ? clockSecondsText(ms, zone, lang) : clockText(ms, zone, lang))
  const isOneDay = dayText(span.fromMs, zone, lang) === dayText(span.toMs - 1, zone, lang)
  const times = `${isOneDay ? '' : `${dayText(block.fromMs, zone, lang)} `}${clock(block.fromMs)}–${clock(block.toMs)}`
  const length = durationText(block.toMs - block.fromMs, lang)
  const several = block.parts.length === 1 ? [] : [w.machines.several(String(block.parts.length))]
  const said = remarksOn(remarks, block).map(remarkText)
  return [w.machineStates[block.state], times, length, ...several, ...said].join(' · ')
}

/** Code, comment and name, as far as they were given. */
export function remarkText({ code, text, by }: Remark): string {
  const reasons: Readonly<Record<string, string>> = words().machines.reasons
  return [reasons[code] ?? code, text, by].filter((part) => part !== '').join(', ')
}

/** Time that a machine was in each state, for those who do not see the bar. */
function summary(intervals: readonly StateInterval[] | null): string {
  const w = words()
  if (intervals === null || intervals.length === 0) return w.reasons.no_data
  const sums = new Map<StateInterval['state'], number>()
  for (const { state, fromMs, toMs } of intervals) sums.set(state, (sums.get(state) ?? 0) + toMs - fromMs)
  return [...sums].map(([state, ms]) => `${w.machineStates[state]} ${durationText(ms, language.value)}`).join(', ')
}
