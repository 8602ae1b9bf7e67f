import { describe, expect, it } from 'vitest'
import type { SentReading } from '../../../dashboards/src/devices/payload.js'
import { LOOKED_UP_MAX, lookUp } from '../../../dashboards/src/devices/stored.js'

const message = (metrics: number): readonly SentReading[] =>
  Array.from({ length: metrics }, (_, i) => ({ metric: `m${i}`, value: i, unit: null, ts: null }))
const point = { ts: '2026-11-25T08:00:00Z', value: 1, unit: 'kWh', quality: 'good' } as const
const going = new AbortController().signal
const wait = async () => undefined

/** A store that has the reading of a metric from its n-th request on. */
function store(from: (metric: string) => number) {
  const asked: string[] = []
  const read = async ({ metric }: SentReading) => {
    asked.push(metric)
    return asked.filter((one) => one === metric).length >= from(metric) ? point : null
  }
  return { asked, read }
}

describe('what the store holds of a message', () => {
  it('is asked of its first metrics only, however many it has', async () => {
    const { asked, read } = store(() => 1)
    await lookUp(message(200), { read, wait, onRound: () => undefined, signal: going })
    expect(asked).toHaveLength(LOOKED_UP_MAX)
  })

  it('is shown at once, what is still on its way later', async () => {
    const rounds: string[][] = []
    const { asked, read } = store((metric) => (metric === 'm1' ? 2 : 1))
    await lookUp(message(3), { read, wait, onRound: (stored) => rounds.push([...stored.keys()]), signal: going })
    expect(rounds).toEqual([
      ['m0', 'm2'],
      ['m0', 'm2', 'm1'],
    ])
    expect(asked).toEqual(['m0', 'm1', 'm2', 'm1'])
  })

  it('is no longer asked when the next message is there', async () => {
    const next = new AbortController()
    const { asked, read } = store(() => 99)
    const rounds: number[] = []
    await lookUp(message(2), {
      read,
      wait: async () => next.abort(),
      onRound: (stored) => rounds.push(stored.size),
      signal: next.signal,
    })
    expect([asked.length, rounds]).toEqual([2, [0]])
  })

  it('is not waited for without end', async () => {
    const { asked, read } = store(() => 99)
    await lookUp(message(1), { read, wait, onRound: () => undefined, signal: going })
    expect(asked).toHaveLength(4)
  })
})
