import type { ContractOptions } from '../base/options/factors.js'
import { type DeviceRole, expectedMetrics } from '../base/plant.js'
import { KJ_PER_KGCE } from '../kpi/factors/coal.js'
import { ownFactors } from '../kpi/factors/own.js'
import { factorChain, mustNameItsGrid, REGIONS_OF_CHINA, regionChain } from '../kpi/factors/regions.js'
import type { FactorLibrary } from '../kpi/factors/table.js'
import { RULES_EDITION } from '../kpi/rules-edition.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'

/** Contradictions of the factors and contracts of plants; own factors are looked at only beside the tables. */
export function factorContradictions(config: Config, library?: () => FactorLibrary): ConfigFinding[] {
  return [
    ...(library === undefined ? [] : unusableFactors(config, library)),
    ...primaryWithoutValue(config),
    ...instrumentsUsedTwice(config),
    ...unusableMeters(config),
    ...silentGrids(config),
  ]
}

/** Settings that are allowed, and most probably not what was meant. */
export function factorDoubts(config: Config): ConfigFinding[] {
  return [
    ...unknownRegions(config),
    ...unnamedGrids(config),
    ...factorsOfOtherRegions(config),
    ...otherMarkets(config),
    ...gasOf2008(config),
  ]
}

function unusableFactors(config: Config, library: () => FactorLibrary): ConfigFinding[] {
  return config.plants.flatMap(({ factors }, p) => {
    // The tables are read where there is something to stand beside them.
    const faults = factors.length === 0 ? [] : ownFactors(factors, library()).faults
    return faults.map(({ index, key, problem, remedy }) => {
      return findingAt(config, ['plants', p, 'factors', index, key], problem, remedy)
    })
  })
}

const PRIMARY = 'coal_equivalent.electricity_primary'

/** The primary basis is a coal rate of the year before: there is no default, and a source has to be named (§2.1). */
function primaryWithoutValue(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ carbon, factors }, p) => {
    if (carbon.electricity_basis !== 'primary' || factors.some((one) => one.activity === PRIMARY)) return []
    const remedy = `add a factor with activity ${PRIMARY}, its kgce/kWh and its source, or set equivalent`
    return [findingAt(config, ['plants', p, 'carbon', 'electricity_basis'], 'has no value to calculate with', remedy)]
  })
}

/** An instrument covers consumption once, in one plant. Source: KPI specification §2.3. */
function instrumentsUsedTwice(config: Config): ConfigFinding[] {
  const first = new Map<string, SettingPath>()
  const findings: ConfigFinding[] = []
  const claim = (kind: string, id: string, path: SettingPath) => {
    const earlier = first.get(`${kind} ${id}`)
    if (earlier === undefined) first.set(`${kind} ${id}`, path)
    else {
      const remedy = `each ${kind} covers consumption once: remove one of the two`
      findings.push(findingAt(config, path, `is already used at ${pathText(earlier)}`, remedy))
    }
  }
  config.plants.forEach((plant, p) => {
    plant.contracts.forEach((contract, c) => {
      claim('contract', contract.id, ['plants', p, 'contracts', c, 'id'])
      contract.certificates?.forEach((id, i) => {
        claim('certificate', id, ['plants', p, 'contracts', c, 'certificates', i])
      })
    })
  })
  return findings
}

/** A contract's meter is a device that stands elsewhere and is told to send the register; what it counts is used once. */
function unusableMeters(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ id: plant, devices, contracts }, p) => {
    return contracts.flatMap(({ generation }, c) => {
      if (generation === undefined) return []
      const at = (key: 'device' | 'metric', problem: string, remedy: string) => {
        return [findingAt(config, ['plants', p, 'contracts', c, 'generation', key], problem, remedy)]
      }
      const device = devices.find(({ id }) => id === generation.device)
      if (device === undefined) {
        const ids = devices.map(({ id }) => id)
        const meant = nearest(generation.device, ids)
        const question = meant === undefined ? '' : `did you mean ${meant}? Otherwise `
        const remedy = `${question}add it to devices of ${plant} with ${generation.metric} under its metrics`
        return at('device', `is no device of ${plant}`, remedy)
      }
      if (device.parent !== undefined || (device.role !== undefined && OF_PLANT_ITSELF.includes(device.role))) {
        const remedy = 'name the meter of the generator, or take role and parent off it if it stands elsewhere'
        return at('device', `measures ${plant} itself, so nothing of it may cover its import`, remedy)
      }
      if (!expectedMetrics(device).includes(generation.metric)) {
        const remedy = `add ${generation.metric} to the metrics of ${device.id}, or name a register that it sends`
        return at('metric', `is not among the metrics of ${device.id}`, remedy)
      }
      const earlier = contracts.slice(0, c).find((one) => isSameGeneration(one, contracts[c]!))
      if (earlier === undefined) return []
      const remedy = 'name another meter, or give the contracts days that do not overlap'
      return at('device', `counts at the same time for contract ${earlier.id}, which would use it twice`, remedy)
    })
  })
}

/** Carbon of the grid by the hour comes from a device that is told to send it. */
function silentGrids(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ id: plant, devices, carbon }, p) => {
    const named = carbon.hourly_grid?.device
    if (named === undefined) return []
    const device = devices.find(({ id }) => id === named)
    if (device !== undefined && expectedMetrics(device).includes('grid_carbon_kg_kwh')) return []
    const problem =
      device === undefined ? `is not among the devices of ${plant}` : 'is not said to send grid_carbon_kg_kwh'
    const remedy = `add it to devices of ${plant} with grid_carbon_kg_kwh under its metrics`
    return [findingAt(config, ['plants', p, 'carbon', 'hourly_grid', 'device'], problem, remedy)]
  })
}

const OF_PLANT_ITSELF: readonly DeviceRole[] = ['main', 'sub', 'pv']

function isSameGeneration(a: ContractOptions, b: ContractOptions): boolean {
  if (a.generation?.device !== b.generation?.device || a.generation?.metric !== b.generation?.metric) return false
  const firstOf = ({ valid_from, vintage }: ContractOptions) => valid_from ?? `${vintage}-01-01`
  const lastOf = ({ valid_to, vintage }: ContractOptions) => valid_to ?? `${vintage}-12-31`
  return firstOf(a) <= lastOf(b) && firstOf(b) <= lastOf(a)
}

function unknownRegions(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ grid_region: region }, p) => {
    if (region === undefined || /^([A-Z]{2}|(?!CN)[A-Z]{2}-[A-Z0-9]+)$/.test(region)) return []
    if (REGIONS_OF_CHINA.includes(region)) return []
    const meant = nearest(region, REGIONS_OF_CHINA)
    const remedy = meant === undefined ? 'write it like CN-JS, CN-GRID-E, CN or GB' : `did you mean ${meant}?`
    return [findingAt(config, ['plants', p, 'grid_region'], 'is no region that has factors', remedy)]
  })
}

function unnamedGrids(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ grid_region: region, carbon }, p) => {
    if (!mustNameItsGrid(region) || carbon.regional_grid !== undefined) return []
    const remedy = 'set carbon.regional_grid to CN-GRID-N in the west, CN-GRID-NE in the east'
    return [findingAt(config, ['plants', p, 'grid_region'], 'lies in two regional grids', remedy)]
  })
}

function factorsOfOtherRegions(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => {
    const chain = [...factorChain(plant.grid_region, plant.carbon.regional_grid, RULES_EDITION), 'GLOBAL']
    return plant.factors.flatMap(({ region }, f) => {
      if (region === undefined || chain.includes(region)) return []
      const remedy = `set it to ${chain[0]}, or leave it out to use the factor for ${plant.id} in any case`
      return [
        findingAt(config, ['plants', p, 'factors', f, 'region'], `is not where ${plant.id} is: never used`, remedy),
      ]
    })
  })
}

function otherMarkets(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => {
    const chain = regionChain(plant.grid_region, plant.carbon.regional_grid)
    return plant.contracts.flatMap(({ market }, c) => {
      if (market === undefined || chain.includes(market)) return []
      const remedy = `correct it, or remove the contract: an instrument covers consumption of its own market (§2.3)`
      return [findingAt(config, ['plants', p, 'contracts', c, 'market'], `is not the market of ${plant.id}`, remedy)]
    })
  })
}

/** The coefficient of gas-field gas in the edition of 2008, which is still written for any gas. */
const GAS_FIELD_2008 = 1.2143

function gasOf2008(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ factors }, p) => {
    return factors.flatMap(({ activity, value }, f) => {
      if (activity !== 'coal_equivalent.natural_gas' || value !== GAS_FIELD_2008) return []
      const heat = (GAS_FIELD_2008 * KJ_PER_KGCE).toFixed(0)
      const remedy = `compare with the heating value on your bill, which this one says is ${heat} kJ/Nm3; fuel.natural_gas.ncv goes before it`
      const problem = 'is the value of gas-field gas in the edition of 2008'
      return [findingAt(config, ['plants', p, 'factors', f, 'value'], problem, remedy)]
    })
  })
}
