import { describe, expect, it } from 'vitest'
import type { Wanted } from '../../../dashboards/src/gateway/feed.js'
import {
  covers,
  mergedWanted,
  wantedOfDevices,
  wantedOfLines,
  wantedOfStream,
  wantedOn,
} from '../../../dashboards/src/gateway/wanted.js'
import { plantPlaceOf } from '../../../dashboards/src/plant/page.js'
import { STACK_KPIS } from '../../../dashboards/src/plant/stacks.js'
import { ROBOT_KPIS } from '../../../dashboards/src/plant/time-account.js'
import { FIRST_KEPT } from '../../../dashboards/src/route.js'
import { parseSubscribe, Subscription } from '../../../src/views/feed/subscription.js'

describe('what a page asks the feed for', () => {
  it('every page is told of all alarms and devices', () => {
    for (const place of [{ view: 'overview' }, plantPlaceOf('a'), { view: 'gateway' }] as const) {
      expect(wantedOn({ ...place, ...FIRST_KEPT }).watch).toEqual(['*'])
    }
  })

  it('a card is told of no alarm and no device: the feed of its page is', () => {
    const range = FIRST_KEPT.range
    for (const wanted of [
      wantedOfDevices('a', ROBOT_KPIS, ['1d']),
      wantedOfLines('a', range),
      wantedOfStream({ plant: 'a', device: 'm', kpi: 'energy_elec_import', window: '1m' }),
    ]) {
      const subscription = parseSubscribe(JSON.stringify({ type: 'subscribe', ...wanted }))
      if (!(subscription instanceof Subscription)) throw new Error(subscription.detail)
      expect([subscription.hasPlant('a'), subscription.watches('a')]).toEqual([true, false])
    }
  })

  it('a chart without a chosen window: the one that fits its range', () => {
    const hour = { ...FIRST_KEPT, range: { kind: 'last', last: '1h' } } as const
    expect(wantedOn({ ...plantPlaceOf('a'), ...hour }).windows).toContain('1m')
  })

  it('the overview: the tiles of all plants and nothing of their devices', () => {
    const { plants, kpis, scopes, windows } = wantedOn({ view: 'overview', ...FIRST_KEPT })
    expect(plants).toEqual(['*'])
    expect(scopes).toEqual(['plant'])
    expect(windows).toEqual(['1h', '1d'])
    expect(kpis).toEqual(expect.arrayContaining(['energy_elec_import', 'pollutant_mean_nox', 'robot_util_calendar']))
    expect(kpis).not.toContain('pollutant_mass_nox')
    expect(kpis).not.toContain('time_producing')
  })

  it('the month that runs has a figure of its own, where a month is shown', () => {
    const month = { ...FIRST_KEPT, range: { kind: 'month', first: '2026-11-01' } } as const
    expect(wantedOn({ view: 'overview', ...month }).windows).toContain('1mo')
  })

  it('a plant: its tiles, its stacks, and the figure and window of its chart', () => {
    const { plants, kpis, scopes, windows } = wantedOn({
      ...FIRST_KEPT,
      view: 'plant',
      plant: 'a',
      line: null,
      kpi: 'cycles',
      window: '1mo',
    })
    expect(plants).toEqual(['a'])
    expect(scopes).toEqual(['plant'])
    expect(windows).toEqual(['1h', '15m', '1d', '1mo'])
    expect(kpis).toEqual(expect.arrayContaining(['cycles', 'pollutant_mass_nox', 'oee', 'fpy', 'scope2_mb']))
    expect(new Set(kpis).size).toBe(kpis.length)
  })

  it('lines: their figures and those of the meters in them, in the windows that add up to the range', () => {
    const wanted = wantedOfLines('a', { kind: 'year', first: '2026-01-01' })
    expect(wanted).toMatchObject({ plants: ['a'], scopes: ['line', 'device'], windows: ['15m', '1d', '1mo'] })
    expect(wanted.kpis).toEqual(expect.arrayContaining(['energy_elec_import', 'oee']))
  })

  it('devices: only the figures of a card, of one plant, in its windows', () => {
    const wanted = wantedOfDevices('a', ROBOT_KPIS, ['1d'])
    expect(wanted).toMatchObject({ plants: ['a'], scopes: ['device'], windows: ['1d'] })
    expect(wanted.kpis).toHaveLength(12 + 3)
    expect(wanted.kpis).not.toEqual(expect.arrayContaining(STACK_KPIS))
  })
})

describe('what the cards of a page want beside it', () => {
  const figures = (scope: 'plant' | 'line' | 'device', kpis: readonly string[]): Wanted => ({
    plants: ['a'],
    watch: [],
    kpis,
    scopes: [scope],
    windows: ['1d'],
    maxHz: 0.5,
  })
  const cards = [
    wantedOfLines('a', FIRST_KEPT.range),
    wantedOfDevices('a', STACK_KPIS, ['1h', '1d']),
    wantedOfDevices('a', ROBOT_KPIS, ['1d']),
    figures('device', ['robot_util_calendar', 'robot_util_planned']),
    figures('line', ['fpy']),
    figures('plant', ['oee', 'availability']),
    wantedOfStream({ plant: 'a', device: 'm', kpi: 'energy_elec_import', window: '1m' }),
  ]

  it('is told by three connections, all of it, and the dear lines no faster for the one chart', () => {
    const merged = mergedWanted(cards, 3)
    expect(merged).toHaveLength(3)
    for (const card of cards) expect(merged.some((one) => covers(one, card) && one.maxHz >= card.maxHz)).toBe(true)
    expect(merged.find((one) => covers(one, cards[0]!))?.maxHz).toBe(cards[0]!.maxHz)
  })

  it('is the same however it is named, so that nothing is asked for anew', () => {
    const twice = { ...figures('line', ['fpy', 'rework_ratio']), kpis: ['rework_ratio', 'fpy'] }
    expect(mergedWanted([figures('line', ['fpy', 'rework_ratio']), twice], 3)).toHaveLength(1)
  })

  it('what has nothing in common is not put together while there is room', () => {
    expect(mergedWanted([cards[0]!, cards[1]!], 3)).toHaveLength(2)
    expect(mergedWanted([], 3)).toEqual([])
  })
})
