import { describe, expect, it } from 'vitest'
import { plantPlaceOf } from '../../../dashboards/src/plant/page.js'
import { FIRST_KEPT, hrefOf, parseRoute, type Route } from '../../../dashboards/src/route.js'
import { parseRange } from '../../../dashboards/src/time/range.js'

describe('the address of a view', () => {
  it.each(['', '#', '#/', '#/nowhere', '#/plants/', '#/plants/a/b', '#/plants/A%3C'])('%s is the overview', (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'overview', ...FIRST_KEPT })
  })

  it('names the plant; electricity, the last 24 hours and the window that fits when nothing else is said', () => {
    expect(parseRoute('#/plants/suzhou-1')).toEqual({
      view: 'plant',
      plant: 'suzhou-1',
      line: null,
      kpi: 'energy_elec_import',
      window: null,
      range: { kind: 'last', last: '24h' },
      compare: false,
      wall: false,
    })
  })

  it('an unknown window is the one that fits, an unknown range the last 24 hours', () => {
    expect(parseRoute('#/plants/a?window=7s&range=yesterday')).toMatchObject({ window: null, ...FIRST_KEPT })
  })

  it('what cannot be an id is none', () => {
    expect(parseRoute('#/plants/a?kpi=%3Cscript%3E')).toMatchObject({ kpi: 'energy_elec_import' })
    expect(parseRoute(`#/plants/a?kpi=${'x'.repeat(65)}`)).toMatchObject({ kpi: 'energy_elec_import' })
    expect(parseRoute('#/alarms?plant=%2F&alarm=a%20b')).toMatchObject({ plant: null, alarm: null })
  })

  const kept = { range: parseRange('2026-11')!, compare: true, wall: true }
  it.each<Route>([
    { view: 'overview', ...kept },
    { view: 'plant', plant: 'a', line: 'l', kpi: 'power_factor', window: '1d', ...kept },
    { view: 'devices', plant: 'a', ...kept },
    { view: 'devices', plant: null, find: 'press & 电', trouble: true, ...kept },
    { view: 'device', plant: 'a', device: 'd-1', ...kept },
    { view: 'device', plant: 'a', device: 'd-1', metric: 'elec_import_kw', ...kept },
    { view: 'connect', sender: 'a/l/d-1/energy', ...kept },
    { view: 'alarms', plant: 'a', alarm: 'limit:nox|device|b-1|1764000000000', ...kept },
    { view: 'alarms', plant: null, alarm: null, show: 'history', ...kept },
    { view: 'reports', plant: 'a', ...kept },
    { view: 'report', report: 'a+b-2.ghg.2026-10-01.2026-11-01', version: 2, figure: 'a/scope2_&_电', ...kept },
    { view: 'report', report: 'a.cbam.2026-10-01.2027-01-01', version: null, ...kept },
    { view: 'figures', plant: 'a', ...kept },
    { view: 'entries', plant: null, ...kept },
    { view: 'gateway', ...kept },
    { view: 'connect', ...FIRST_KEPT },
  ])('gives the same view when it is opened again: $view', (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route)
  })

  it.each(['#/reports/a', '#/reports/a.ghg.2026', '#/reports/a.ghg.2026-10-01.2026-11-01/v0', '#/reports/a/../b'])(
    '%s is no report',
    (hash) => {
      expect(parseRoute(hash).view).not.toBe('report')
    },
  )

  it('says only what is chosen', () => {
    expect(hrefOf({ ...plantPlaceOf('a'), ...FIRST_KEPT })).toBe('#/plants/a')
    expect(hrefOf({ view: 'overview', ...FIRST_KEPT, compare: true })).toBe('#/?compare')
  })
})
