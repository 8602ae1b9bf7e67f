import { isFault } from '../decode/fault.js'
import { meaningOf } from '../decode/metric.js'
import { type CompiledUse, compileProfiles } from '../decode/profile/compile.js'
import type { ProfileUse } from '../decode/profile/options.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'

/** Profiles whose plant has no zone, or whose values cannot be what they are said to be here. */
export function profileContradictions(config: Config): ConfigFinding[] {
  const plants = config.plants.map(({ id }) => id)
  const compiled = compileProfiles(config.profiles, () => 'UTC')
  return config.profiles.use.flatMap((use, index) => {
    const at = ['profiles', 'use', index]
    const meant = nearest(use.plant, plants)
    const remedy = meant === undefined ? 'add it to the plants: its time zone is needed' : `did you mean ${meant}?`
    const plant = plants.includes(use.plant)
      ? []
      : [findingAt(config, [...at, 'plant'], 'is not among the plants', remedy)]
    const one = compiled.find(({ options }) => options === use)
    return one === undefined ? plant : [...plant, ...overridesOf(config, index, one)]
  })
}

/** Names that a profile does not have: most probably a slip. */
export function profileDoubts(config: Config): ConfigFinding[] {
  return config.profiles.use.flatMap((use, index) => {
    const values = config.profiles.defined[use.profile]?.messages.flatMap((message) => message.values) ?? []
    if (values.some(({ metric }) => metric.startsWith('{'))) return []
    const known = [...new Set(values.map(({ metric }) => metric))]
    return placesOf(use).flatMap(({ path, metrics }) =>
      Object.keys(metrics).flatMap((name) => {
        if (known.includes(name)) return []
        const meant = nearest(name, known)
        const remedy = meant === undefined ? `remove it; it has ${known.join(', ')}` : `did you mean ${meant}?`
        return [findingAt(config, ['profiles', 'use', index, ...path, name], `is no metric of ${use.profile}`, remedy)]
      }),
    )
  })
}

/** Places where metrics are said to be others: of all devices, and of each. */
function placesOf(use: ProfileUse): { readonly path: readonly string[]; readonly metrics: ProfileUse['metrics'] }[] {
  const ofDevices = Object.entries(use.devices).flatMap(([name, device]) =>
    typeof device === 'string' ? [] : [{ path: ['devices', name, 'metrics'], metrics: device.metrics }],
  )
  return [{ path: ['metrics'], metrics: use.metrics }, ...ofDevices]
}

function overridesOf(config: Config, index: number, compiled: CompiledUse): ConfigFinding[] {
  const { plant, line } = compiled.options
  const values = compiled.messages.flatMap((message) => message.values)
  return placesOf(compiled.options).flatMap(({ path, metrics }) =>
    Object.keys(metrics).flatMap((name) => {
      const concerned = values.find(({ options }) => options.metric === name || options.metric.startsWith('{'))
      if (concerned === undefined) return []
      const meaning = compiled.meaningOf(concerned, name, { plant, line, device: '', metrics })
      const fault = meaning === null ? null : meaningOf(meaning.metric, meaning.class, meaning.unit)
      if (fault === null || !isFault(fault)) return []
      return [findingAt(config, ['profiles', 'use', index, ...path, name], 'cannot be', fault.detail)]
    }),
  )
}
