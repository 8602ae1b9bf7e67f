import { describe, expect, it } from 'vitest'
import { wholeStop } from '../../../dashboards/src/plant/whole-stop.js'
import type { Span } from '../../../dashboards/src/series/points.js'
import type { State } from '../../../src/base/states.js'
import type { StateSegment } from '../../../src/views/wire/states.js'

const HOUR = 3_600_000
const NOW = Date.parse('2026-11-25T16:00:00Z')
const hours = (fromNow: number) => NOW + fromNow * HOUR

/** Past of a machine, its stretches in hours from now; told as the gateway does, cut to the span that is asked for. */
function machine(...past: readonly (readonly [from: number, to: number, State])[]) {
  const asked: Span[] = []
  const read = async (span: Span) => {
    asked.push(span)
    const segments = past
      .map(([from, to, state]) => ({
        from: Math.max(hours(from), span.fromMs),
        to: Math.min(hours(to), span.toMs),
        state,
      }))
      .filter(({ from, to }) => to > from)
      .map(({ from, to, state }): StateSegment => {
        return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), state }
      })
    return { kind: 'loaded', value: { segments, truncated: false } } as const
  }
  return { asked, read }
}

const stop = (from: number, to: number, shown: readonly [number, number], isOpen = false) => ({
  device: 'robot-1',
  interval: { fromMs: hours(from), toMs: hours(to), state: 'DOWN_FAULT' as const },
  isOpen,
  shown: { fromMs: hours(shown[0]), toMs: hours(shown[1]) },
})

describe('the stop of which a reason is said', () => {
  it('that lies in the time shown is taken as it is, and nothing is asked', async () => {
    const { asked, read } = machine()
    expect(await wholeStop(stop(-3, -2, [-6, 0]), NOW, read)).toMatchObject({ fromMs: hours(-3), toMs: hours(-2) })
    expect(asked).toEqual([])
  })

  it('that began before begins where it began', async () => {
    const { read } = machine([-100, -9, 'PRODUCING'], [-9, -2, 'DOWN_FAULT'], [-2, 0, 'PRODUCING'])
    const whole = await wholeStop(stop(-6, -2, [-6, 0]), NOW, read)
    expect(whole).toEqual({ fromMs: hours(-9), toMs: hours(-2), isOpen: false, isWhole: true })
  })

  it('that began long before is looked for further back', async () => {
    const { asked, read } = machine([-900, -200, 'PRODUCING'], [-200, 0, 'DOWN_FAULT'])
    const whole = await wholeStop(stop(-6, 0, [-6, 0], true), NOW, read)
    expect(whole).toEqual({ fromMs: hours(-200), toMs: hours(0), isOpen: true, isWhole: true })
    expect(asked).toHaveLength(2)
  })

  it('that went on after the day shown ends where it ended', async () => {
    const { read } = machine([-60, -50, 'PRODUCING'], [-50, -30, 'DOWN_FAULT'], [-30, 0, 'PRODUCING'])
    const whole = await wholeStop(stop(-50, -40, [-64, -40]), NOW, read)
    expect(whole).toEqual({ fromMs: hours(-50), toMs: hours(-30), isOpen: false, isWhole: true })
  })

  it('that is still on has no end, also seen from a day that is over', async () => {
    const { read } = machine([-60, -50, 'PRODUCING'], [-50, 0, 'DOWN_FAULT'])
    expect(await wholeStop(stop(-50, -40, [-64, -40]), NOW, read)).toMatchObject({ fromMs: hours(-50), isOpen: true })
  })

  it('whose beginning is out of reach is the part that is shown, and says so; all asked is at most 45 days', async () => {
    const { asked, read } = machine([-9_000, 0, 'DOWN_FAULT'])
    const whole = await wholeStop(stop(-50, -2, [-50, -2]), NOW, read)
    expect(whole).toEqual({ fromMs: hours(-50), toMs: hours(-2), isOpen: false, isWhole: false })
    for (const { fromMs, toMs } of asked) expect(toMs - fromMs).toBeLessThanOrEqual(45 * 24 * HOUR)
  })

  it('is the part that is shown where the gateway does not answer', async () => {
    const silent = async () => ({ kind: 'failed', detail: 'HTTP 503' }) as const
    const whole = await wholeStop(stop(-6, -2, [-6, 0]), NOW, silent)
    expect(whole).toMatchObject({ fromMs: hours(-6), isWhole: false })
  })
})
