import { describe, expect, it } from 'vitest'
import { hrefOf, parseRoute, plantHref } from '../../../dashboards/src/route.js'

describe('the address of a view', () => {
  it.each(['', '#', '#/', '#/nowhere', '#/plants/', '#/plants/a/b'])('%s is the overview', (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'overview' })
  })

  it('names the plant, and electricity by 15 minutes when nothing else is said', () => {
    expect(parseRoute('#/plants/suzhou-1')).toEqual({
      view: 'plant',
      plant: 'suzhou-1',
      kpi: 'energy_elec_import',
      window: '15m',
    })
  })

  it('an unknown window is the first one', () => {
    expect(parseRoute('#/plants/a?window=7s')).toMatchObject({ window: '15m' })
  })

  it('what cannot be the id of a figure is the first one', () => {
    expect(parseRoute('#/plants/a?kpi=%3Cscript%3E')).toMatchObject({ kpi: 'energy_elec_import' })
    expect(parseRoute(`#/plants/a?kpi=${'x'.repeat(65)}`)).toMatchObject({ kpi: 'energy_elec_import' })
  })

  it('gives the same view when it is opened again', () => {
    const route = { view: 'plant', plant: 'suzhou-1', kpi: 'power_factor', window: '1d' } as const
    expect(parseRoute(hrefOf(route))).toEqual(route)
    expect(hrefOf(parseRoute('#/'))).toBe('#/')
    expect(plantHref('a')).toBe('#/plants/a')
  })
})
