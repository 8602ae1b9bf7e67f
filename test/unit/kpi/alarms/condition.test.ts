import { describe, expect, test } from 'vitest'
import { Condition } from '../../../../src/kpi/alarms/condition.js'
import type { Occurrence } from '../../../../src/kpi/alarms/machine.js'
import type { KpiRule } from '../../../../src/kpi/alarms/rules.js'
import type { Point, Stream } from '../../../../src/kpi/windows/point.js'

const STREAM: Stream = { plant: 'p', scope: 'plant', id: 'p', kpi: 'k', window: '1m', unit: '' }
const WINDOWS = 40

function ruleOf(onMs: number, offMs: number): KpiRule {
  const words = { id: 'r', severity: 'major', text: { en: '', zh: '' }, unit: '' } as const
  const figure = { kpi: 'k', window: '1m', scope: 'plant', of: null, isEarly: false, settleMs: 0 } as const
  return { kind: 'kpi', ...words, ...figure, side: 'above', limit: 2, hysteresis: 1, onMs, offMs }
}

/** Windows of one ms; null is a gap. */
function pointOf(startMs: number, value: number | null): Point {
  const figure = { numerator: 0, denominator: 1, coverage: 1, estimatedShare: 0, flags: 0 }
  return {
    stream: STREAM,
    startMs,
    endMs: startMs + 1,
    value,
    reason: '',
    ...figure,
    provisional: false,
    rev: 0,
  } as unknown as Point
}

/** A store and the list of alarms around one condition. */
class Desk {
  readonly #stored = new Map<number, Point>()
  readonly #known = new Map<number, Occurrence>()
  readonly #rule: KpiRule
  #condition = new Condition(null, -Infinity)

  constructor(rule: KpiRule) {
    this.#rule = rule
  }

  async take(...points: Point[]): Promise<void> {
    const read = async (fromMs: number, toMs: number, limit: number) =>
      [...this.#stored.values()]
        .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
        .sort((a, b) => a.startMs - b.startMs)
        .slice(0, limit)
    const { changed, withdrawn } = await this.#condition.judge(points, () => this.#rule, this.occurrences, read)
    for (const firstMs of withdrawn) this.#known.delete(firstMs)
    for (const one of changed) this.#known.set(one.firstMs, one)
    for (const point of points) this.#stored.set(point.startMs, point)
  }

  restart(): void {
    const active = this.occurrences.find(({ clearedMs }) => clearedMs === null) ?? null
    this.#condition = new Condition(active, Math.max(...[...this.#stored.values()].map(({ endMs }) => endMs)))
  }

  get occurrences(): readonly Occurrence[] {
    return [...this.#known.values()].sort((a, b) => a.firstMs - b.firstMs)
  }

  get times(): readonly (readonly (number | null)[])[] {
    return this.occurrences.map(({ firstMs, raisedMs, clearedMs, value }) => [firstMs, raisedMs, clearedMs, value])
  }
}

/** Numbers that are the same in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * sides)
  }
}

const FIGURES = [0, 1, 2, 3, 4, null]

describe('late windows, whatever their order, come to the alarms that the windows in order of time come to', () => {
  test.each([
    [0, 0],
    [2, 0],
    [0, 3],
    [3, 2],
  ])('on-delay %i, off-delay %i', async (onMs, offMs) => {
    let all = 0
    for (let seed = 1; seed <= 60; seed++) {
      const throwDice = dice(seed)
      const some = () => Array.from({ length: WINDOWS }, () => FIGURES[throwDice(6)]!)
      const [first, truth] = [some(), some()]
      const inOrder = new Desk(ruleOf(onMs, offMs))
      for (const [ms, value] of truth.entries()) await inOrder.take(pointOf(ms, value))

      const late = new Desk(ruleOf(onMs, offMs))
      for (const [ms, value] of first.entries()) await late.take(pointOf(ms, value))
      const order = truth.map((_, ms) => ms).sort((a, b) => ((a * 7 + seed) % WINDOWS) - ((b * 7 + seed) % WINDOWS))
      for (const ms of order) {
        if (throwDice(4) === 0) late.restart()
        await late.take(pointOf(ms, truth[ms]!))
      }
      expect(late.times, `seed ${seed}`).toEqual(inOrder.times)
      all += inOrder.times.length
    }
    expect(all).toBeGreaterThan(10)
  })
})
