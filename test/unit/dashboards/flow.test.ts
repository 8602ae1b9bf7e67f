import { describe, expect, it } from 'vitest'
import { type FlowPart, flowOver, isBalanced, metersOf } from '../../../dashboards/src/plant/flow.js'
import { layFlow, RIBBON_MIN_PX, SOURCE_STEP_PX, USE_STEP_PX } from '../../../dashboards/src/plant/flow-layout.js'
import { aPlant } from './plant.js'
import { hourPoint } from './point.js'

const sum = (parts: readonly FlowPart[]) => parts.reduce((all, { amount }) => all + (amount ?? 0), 0)
const amountOf = (parts: readonly FlowPart[], kind: string) => parts.find((part) => part.kind === kind)?.amount
const lines = (...amounts: (number | null)[]) => amounts.map((amount, i) => ({ line: `line-${i}`, amount }))

const hours = (...values: (number | null)[]) => values.map((value, hour) => hourPoint(hour, value))

interface Hour {
  readonly imported: number | null
  readonly consumed: number | null
  readonly unmetered: number | null | undefined
  readonly lines: ReturnType<typeof lines>
}
/** The flow of one hour. */
const flowOf = ({ imported, consumed, unmetered, lines: amounts }: Hour) =>
  flowOver({
    imported: hours(imported),
    consumed: hours(consumed),
    unmetered: unmetered === undefined ? [] : hours(unmetered),
    lines: amounts.map(({ line, amount }) => ({ line, meters: [hours(amount)] })),
  }).flow

/** 1,000 kWh from the grid and 130 net from PV and storage; submeters see 850 of the 1,000. */
const DAY = { imported: 1000, consumed: 1130, unmetered: 150, lines: lines(500, 250, 100) }

describe('where the electricity of a plant goes', () => {
  it('sources and uses come to the same, the remainder included', () => {
    const { sources, uses, supply, difference } = flowOf(DAY)
    expect(sum(sources)).toBe(1130)
    expect(sum(uses)).toBe(1130)
    expect(supply).toBe(1130)
    expect(difference).toBe(0)
  })

  it('what is generated on site is in the remainder where no submeter sees it', () => {
    expect(amountOf(flowOf(DAY).uses, 'unmetered')).toBe(150 + 130)
  })

  it('more fed back and stored than generated: a use, and the remainder is what stays', () => {
    const { sources, uses } = flowOf({ ...DAY, consumed: 960 })
    expect(amountOf(uses, 'feedback')).toBe(40)
    expect(amountOf(uses, 'unmetered')).toBe(110)
    expect(sum(sources)).toBe(sum(uses))
  })

  it('submeters that see more than arrives: a remainder below nothing, shown all the same', () => {
    const { uses } = flowOf({ imported: 100, consumed: 100, unmetered: -20, lines: lines(120) })
    expect(amountOf(uses, 'unmetered')).toBe(-20)
    expect(sum(uses)).toBe(100)
  })

  it('lines that do not agree with the tree of meters: the sum does not close, and by how much not', () => {
    const flow = flowOf({ ...DAY, lines: lines(500, 250, 160) })
    expect(flow.difference).toBe(-60)
    expect(isBalanced(flow)).toBe(false)
    expect(isBalanced(flowOf({ ...DAY, lines: lines(500, 250, 104) }))).toBe(true)
  })

  it('without a tree of meters the remainder is what is left, and nothing is said of the sum', () => {
    const flow = flowOf({ ...DAY, unmetered: undefined })
    expect(amountOf(flow.uses, 'unmetered')).toBe(280)
    expect(isBalanced(flow)).toBeNull()
  })

  it('an unknown line: no remainder is made up of it', () => {
    const { uses } = flowOf({ ...DAY, unmetered: undefined, lines: lines(500, null) })
    expect(amountOf(uses, 'unmetered')).toBeNull()
  })

  it('a grid meter that is not known: no supply, no sum', () => {
    const flow = flowOf({ ...DAY, imported: null })
    expect(flow.supply).toBeNull()
    expect(isBalanced(flow)).toBeNull()
  })
})

describe('the flow of a time of which not all is known', () => {
  const one = (value: number | null, coverage = 1) => [{ line: 'press', meters: [[hourPoint(0, value, { coverage })]] }]

  it('a PV meter that was silent for a third of it makes no feedback: what is on site is not known', () => {
    const { flow, isUneven } = flowOver({
      imported: hours(300),
      consumed: [hourPoint(0, 250, { coverage: 0.67 })],
      unmetered: hours(30),
      lines: one(270),
    })
    expect(amountOf(flow.sources, 'onsite')).toBeNull()
    expect(amountOf(flow.uses, 'feedback')).toBeUndefined()
    expect(isUneven).toBe(true)
  })

  it('a submeter that was silent for half of it makes no imbalance: nothing is taken from each other', () => {
    const { flow, isUneven } = flowOver({
      imported: hours(400),
      consumed: hours(400),
      unmetered: [hourPoint(0, 20, { coverage: 0.5 })],
      lines: one(180, 0.5),
    })
    expect(flow.difference).toBeNull()
    expect(isBalanced(flow)).toBeNull()
    expect(isUneven).toBe(true)
  })

  it('consumption that is not known at all: on site is unknown, not nothing', () => {
    const { flow } = flowOver({
      imported: hours(100),
      consumed: hours(null),
      unmetered: hours(10),
      lines: one(90),
    })
    expect(amountOf(flow.sources, 'onsite')).toBeNull()
    expect(amountOf(flow.uses, 'unmetered')).toBeNull()
    expect(flow.supply).toBeNull()
    expect(isBalanced(flow)).toBe(true)
  })

  it('a plant for which no consumption is reckoned has nothing on site', () => {
    const { flow } = flowOver({ imported: hours(100), consumed: [], unmetered: [], lines: one(90) })
    expect(flow.sources.map(({ kind }) => kind)).toEqual(['import'])
    expect(amountOf(flow.uses, 'unmetered')).toBe(10)
    expect(flow.supply).toBe(100)
  })
})

describe('whose figure is the energy of a line', () => {
  const line = (id: string, ...roles: string[]) => ({
    ...aPlant(roles.map((role, i) => ({ id: `${id}-${i}`, role }))).lines[0]!,
    id,
  })
  const metersIn = (...plantLines: ReturnType<typeof line>[]) =>
    metersOf({ ...aPlant([]), lines: plantLines }).map(({ submeters }) => submeters)

  it('where the main meter of the plant stands in a line, its submeters are the line', () => {
    expect(metersIn(line('press', 'sub'), line('utilities', 'main', 'sub', 'pv'))).toEqual([null, ['utilities-1']])
  })

  it('a main meter in every line and no submeter: each is its line', () => {
    expect(metersIn(line('a', 'main'), line('b', 'main'))).toEqual([null, null])
  })
})

describe('the picture of a flow', () => {
  const flow = flowOf({
    ...DAY,
    unmetered: 149.3,
    lines: lines(500, 250, 100, 0.2, 0.2, 0.3, 0),
  })

  it('ribbons are true to their kWh, and those too thin to see are 3 px', () => {
    const { uses } = layFlow(flow, 240)
    expect(uses[0]!.width / uses[1]!.width).toBeCloseTo(2, 6)
    expect(uses.slice(3, 7).map(({ width }) => width)).toEqual([3, 3, 3, 3])
    expect(RIBBON_MIN_PX).toBe(3)
  })

  it('labels are 19 px apart at least, two-line ones to the left 40', () => {
    for (const height of [100, 240, 500]) {
      const { uses, sources } = layFlow(flow, height)
      const steps = (parts: typeof uses) => parts.slice(1).map(({ y }, i) => y - parts[i]!.y)
      expect(Math.min(...steps(uses))).toBeGreaterThanOrEqual(USE_STEP_PX - 1e-9)
      expect(Math.min(...steps(sources))).toBeGreaterThanOrEqual(SOURCE_STEP_PX - 1e-9)
    }
  })

  it('everything lies in the picture, which grows when there are too many lines for it', () => {
    const many = flowOf({ ...DAY, lines: lines(...Array.from({ length: 20 }, () => 42.5)) })
    for (const { height, uses, bus } of [layFlow(flow, 240), layFlow(many, 240)]) {
      expect(Math.min(...uses.map(({ y, width }) => y - width / 2))).toBeGreaterThanOrEqual(0)
      expect(Math.max(...uses.map(({ y, width }) => y + width / 2))).toBeLessThanOrEqual(height)
      expect(bus.top).toBeGreaterThanOrEqual(0)
    }
    expect(layFlow(many, 240).height).toBe(21 * USE_STEP_PX)
  })

  it('ribbons leave the bus side by side, without a gap between them', () => {
    const { uses } = layFlow(flow, 240)
    uses.slice(1).forEach(({ busY, width }, i) => {
      const before = uses[i]!
      expect(busY - width / 2).toBeCloseTo(before.busY + before.width / 2, 9)
    })
  })

  it('a remainder below nothing is as wide as it is large', () => {
    const { uses, sources } = layFlow(flowOf({ imported: 100, consumed: 100, unmetered: -20, lines: lines(120) }), 240)
    expect(uses[1]!.width / sources[0]!.width).toBeCloseTo(0.2, 6)
  })

  it('at rest nothing is divided by nothing', () => {
    const { uses } = layFlow(flowOf({ imported: 0, consumed: 0, unmetered: 0, lines: lines(0) }), 240)
    expect(uses.map(({ width }) => width)).toEqual([3, 3])
  })
})
