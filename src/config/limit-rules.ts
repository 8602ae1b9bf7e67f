import type { LimitOptions } from '../base/options/limits.js'
import { STANDARDS, standardOf } from '../kpi/settings/stack-limits.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText } from './shape.js'

/** Contradictions of the limits of stacks: one that has no number, and two for the same hours. */
export function limitContradictions(config: Config): ConfigFinding[] {
  return [...withoutNumber(config), ...overlapping(config)]
}

/** Settings that are allowed, and most probably not what was meant: a limit of a stack that is not there. */
export function limitDoubts(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => {
    const devices = plant.devices.map(({ id }) => id)
    return plant.limits.flatMap(({ stack }, i) => {
      if (devices.includes(stack)) return []
      const meant = nearest(stack, devices)
      const remedy =
        meant === undefined
          ? `add { id: ${stack}, role: stack } to the devices of ${plant.id}`
          : `did you mean ${meant}?`
      return [findingAt(config, ['plants', p, 'limits', i, 'stack'], `is not among the devices of ${plant.id}`, remedy)]
    })
  })
}

function withoutNumber(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) =>
    plant.limits.flatMap(({ standard: name, pollutant, limit }, i) => {
      if (limit !== undefined) return []
      const standard = standardOf(name)
      if (standard?.limits[pollutant] !== undefined) return []
      const path = ['plants', p, 'limits', i, 'standard']
      const meant = standard === undefined ? nearest(name, Object.keys(STANDARDS)) : undefined
      const remedy = `${meant === undefined ? '' : `did you mean ${meant}? Otherwise `}give limit in mg/Nm3, and o2_ref where it has one`
      return [findingAt(config, path, `has no limit for ${pollutant} in the table of standards`, remedy)]
    }),
  )
}

/** An hour of a stack has one limit for a pollutant: the stricter of two is for people to choose. */
function overlapping(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) =>
    plant.limits.flatMap((limit, i) => {
      const earlier = plant.limits.findIndex((other, j) => j < i && isSameHours(other, limit))
      if (earlier < 0) return []
      const path = ['plants', p, 'limits', i]
      const problem = `holds on days of ${pathText(['plants', p, 'limits', earlier])}, for the same stack and pollutant`
      const remedy = 'end the earlier one with valid_to and begin this one with valid_from, or keep the stricter'
      return [{ path, value: `${limit.stack} ${limit.pollutant}`, problem, remedy }]
    }),
  )
}

function isSameHours(a: LimitOptions, b: LimitOptions): boolean {
  if (a.stack !== b.stack || a.pollutant !== b.pollutant) return false
  const isBefore = (one: LimitOptions, other: LimitOptions) =>
    one.valid_to !== undefined && other.valid_from !== undefined && one.valid_to < other.valid_from
  return !isBefore(a, b) && !isBefore(b, a)
}
