import { HOUR_MS } from '../../../base/durations.js'
import { type Breach, breach, type Check, type CheckedReport } from './checked.js'

/** Shares that are printed in percent. */
const PERCENT =
  /\/(capture|completeness|data_completeness|data_validity|data_timeliness|coverage|estimated|covered_share|default_share)$/
const EPSILON = 1e-9

/** A share lies between nothing and all. */
export const shares: Check = {
  id: 'shares',
  *breaches(checked) {
    for (const { id } of checked.matching(PERCENT)) {
      const value = checked.number(id)
      if (value !== null && !isWithin(value, 0, 100)) {
        yield breach(id, `${value} % is no share: it lies between 0 and 100`, `${value} % 不是份额：应在 0 至 100 之间`)
      }
    }
    for (const [id, { coverage, estimated_share: estimated }] of checked.figures) {
      for (const share of [coverage, estimated]) {
        if (share !== null && !isWithin(share, 0, 1)) {
          yield breach(id, `a coverage of ${share} lies outside 0 to 1`, `覆盖率 ${share} 超出 0 至 1`)
        }
      }
    }
  },
}

/** No more is known of a period than what lies behind the beginning of the data. */
export const coverageOfPeriod: Check = {
  id: 'coverage_of_period',
  *breaches(checked) {
    for (const [id, { coverage, data_from: from, made }] of checked.figures) {
      if (from === undefined || coverage === null || made.by !== 'days') continue
      const plant = checked.report.plants.find((one) => one.id === made.plant)
      const dueMs = checked.dueHours(made.plant) * HOUR_MS
      if (plant === undefined || dueMs === 0) continue
      // A report can be made before its first data are due.
      const most = Math.max(0, (dueMs - (Date.parse(from) - Date.parse(plant.start))) / dueMs)
      if (coverage > most + EPSILON) {
        yield breach(
          id,
          `covers ${coverage} of the period, and its data begin at ${from}: at most ${most}`,
          `覆盖报告期的 ${coverage}，而数据始于 ${from}：至多 ${most}`,
        )
      }
    }
  },
}

/** Amounts that cannot be below nothing: energy, mass and hours that were added up, emissions of sources. */
const AMOUNT =
  /\/(energy_(?!elec_consumed|comprehensive)[a-z0-9_]+|scope1_[a-z0-9_]+|biogenic_co2|good_units|covered_kwh|peak_demand_15)$|\/stack\/.+\/(running|valid|no_flow|invalid|stopped|substituted|above)$|\/uncertainty(\/.+)?$/

export const amounts: Check = {
  id: 'amounts',
  *breaches(checked) {
    for (const { id } of checked.matching(AMOUNT)) {
      const value = checked.number(id)
      if (value !== null && value < 0) yield breach(id, `${value} lies below nothing`, `${value} 小于零`)
    }
    yield* coveredBeyondImport(checked)
  },
}

function* coveredBeyondImport(checked: CheckedReport): Generator<Breach> {
  for (const { id, caught } of checked.matching(/^(.+)\/covered_kwh$/)) {
    const [covered, bought] = [checked.number(id), checked.number(`${caught[0]}/energy_elec_import`)]
    if (covered !== null && bought !== null && covered > bought * (1 + EPSILON) + 1e-3) {
      yield breach(
        id,
        `contracts cover ${covered} kWh of an import of ${bought} kWh`,
        `合同覆盖 ${covered} kWh，超过外购电量 ${bought} kWh`,
      )
    }
  }
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least - EPSILON && value <= most + EPSILON
}
