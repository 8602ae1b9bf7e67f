import { describe, expect, it } from 'vitest'
import { controlPlanVersions } from '../../../../src/audit/market/control-plan.js'

const configuration = (fromMs: number, plant: object, id = 'p') => ({
  fromMs,
  hash: String(fromMs),
  content: JSON.stringify({ plants: [{ id, ...plant }] }),
})

const device = (uncertainty: number) => ({
  id: 'main-1',
  microstop_s: 300,
  metrics: { elec_import_kwh: { uncertainty_pct: uncertainty } },
})

describe('versions of the control plan', () => {
  it('are made when the plan changes, and by nothing else', () => {
    const versions = controlPlanVersions('p', [
      configuration(1, { devices: [device(1)] }),
      configuration(2, { devices: [device(1)], shifts: [{ name: 'early' }] }),
      configuration(3, { devices: [{ ...device(0.5), microstop_s: 60 }] }),
      configuration(4, { devices: [device(9)] }, 'other'),
      configuration(5, { devices: [device(1)], carbon: { gwp: 'ar6' } }),
    ])
    expect(versions.map(({ version, fromMs, configuration: of }) => [version, fromMs, of])).toEqual([
      [1, 1, '1'],
      [2, 3, '3'],
      [3, 5, '5'],
    ])
    expect(versions[0]?.changes).toEqual([])
    expect(versions[1]?.changes).toEqual([
      { path: 'devices[main-1].metrics.elec_import_kwh.uncertainty_pct', before: '1', after: '0.5' },
    ])
    expect(versions[2]?.changes).toEqual([
      { path: 'carbon.gwp', before: null, after: '"ar6"' },
      { path: 'devices[main-1].metrics.elec_import_kwh.uncertainty_pct', before: '0.5', after: '1' },
    ])
  })

  it('have the hash of what they say: one that says the same again has the same', () => {
    const [first, second, third] = controlPlanVersions('p', [
      configuration(1, { devices: [device(1)] }),
      configuration(2, { devices: [device(2)] }),
      configuration(3, { devices: [device(1)] }),
    ])
    expect(third?.sha256).toBe(first?.sha256)
    expect(second?.sha256).not.toBe(first?.sha256)
  })

  it('name members of a list that have no id by their place', () => {
    const [, second] = controlPlanVersions('p', [
      configuration(1, { report: { excluded: [{ source: 'a' }] } }),
      configuration(2, { report: { excluded: [{ source: 'a' }, { source: 'b' }] } }),
    ])
    expect(second?.changes).toEqual([{ path: 'report.excluded[1].source', before: null, after: '"b"' }])
  })

  it('are not made by another order of devices, and have that of unnamed members', () => {
    const [one, other] = [device(1), { ...device(2), id: 'gas-1' }]
    const versions = controlPlanVersions('p', [
      configuration(1, { devices: [one, other], report: { excluded: [{ source: 'a' }, { source: 'b' }] } }),
      configuration(2, { devices: [other, one], report: { excluded: [{ source: 'a' }, { source: 'b' }] } }),
      configuration(3, { devices: [other, one], report: { excluded: [{ source: 'b' }, { source: 'a' }] } }),
    ])
    expect(versions.map(({ fromMs, changes }) => [fromMs, changes.map(({ path }) => path)])).toEqual([
      [1, []],
      [3, ['report.excluded[0].source', 'report.excluded[1].source']],
    ])
  })

  it('are none of a plant that no configuration names', () => {
    expect(controlPlanVersions('q', [configuration(1, {})])).toEqual([])
  })
})
