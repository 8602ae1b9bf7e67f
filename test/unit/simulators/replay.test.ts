import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueAfterMs, playOrder, replay, shifted } from '../../../simulators/replay.js'

const samples = [0, 900_000, 1_800_000].map((ts) => ({ ts: 1000 + ts, metrics: { elec_import_kwh: ts } }))

describe('the order of a replay', () => {
  it('is the order of time, round after round, unless shuffled', () => {
    expect([...playOrder(3, 2, undefined)]).toEqual([0, 1, 2, 0, 1, 2])
  })

  it('has each sample as often as repeated when shuffled, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 3 }), fc.nat(), (n, repeat, seed) => {
        const sorted = [...playOrder(n, repeat, seed)].sort((a, b) => a - b)
        expect(sorted).toEqual(Array.from({ length: n * repeat }, (_, i) => Math.floor(i / repeat)))
      }),
    )
  })

  it('is the same for the same seed and another for another', () => {
    expect(playOrder(100, 1, 7)).toEqual(playOrder(100, 1, 7))
    expect(playOrder(100, 1, 7)).not.toEqual(playOrder(100, 1, 8))
    expect(playOrder(100, 1, 7)).not.toEqual(playOrder(100, 1, undefined))
  })
})

describe('the pace of a replay', () => {
  it.each([
    [0, 1, 0],
    [1, 1, 900_000],
    [1, 900, 1000],
    [2, 900, 2000],
    [3, 900, 2000],
    [4, 900, 3000],
    [5, Infinity, 0],
  ])('message %d at speed %d is due after %d ms', (message, speed, ms) => {
    expect(dueAfterMs(message, samples, speed)).toBe(ms)
  })
})

describe('a replay that starts at another time', () => {
  it('keeps the distances and the first sample falls on the start', () => {
    expect(shifted(samples, 5000).map((sample) => sample.ts)).toEqual([5000, 905_000, 1_805_000])
    expect(shifted(samples, undefined)).toBe(samples)
  })
})

describe('a replay that cannot begin', () => {
  const options = { file: 'no-such-file.csv', url: 'mqtt://127.0.0.1:1', speed: Infinity, repeat: 1 }
  const start = Date.parse('2011-01-01T00:00:00Z')
  const { signal } = new AbortController()

  it.each([
    ['a data set without times needs a start', { dataset: 'gas-turbine' }, 64, '--start 2011-01-01T00:00:00Z'],
    ['with a start only the file is missing', { dataset: 'gas-turbine', start }, 74, '--file cannot be read'],
    ['one with times needs no start', { dataset: 'ur3' }, 74, '--file cannot be read'],
    ['a slip in the name is answered with the names', { dataset: 'ur5' }, 64, 'steel, gas-turbine, ur3'],
    ['what every object has is no data set', { dataset: 'constructor' }, 64, 'is not known'],
  ])('%s', async (_, given, code, sentence) => {
    const refused = await replay({ ...options, ...given }, signal).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code, message: expect.stringContaining(sentence) })
  })
})
