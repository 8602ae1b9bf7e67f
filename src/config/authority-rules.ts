import { Temporal } from 'temporal-polyfill'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText } from './shape.js'
import { givenTwice } from './twofold.js'

/** Contradictions of the authorities that stacks report to. */
export function authorityContradictions(config: Config): ConfigFinding[] {
  return [...secrets(config), ...strangers(config), ...twins(config), ...elsewhere(config)]
}

/** Settings that are allowed, and most probably not what was meant. */
export function authorityDoubts(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) =>
    plant.authorities.flatMap(({ stacks, edition, tls, ca_file }, a) => {
      const at = ['plants', p, 'authorities', a]
      const length = edition === 2005 ? 14 : 24
      const odd = stacks.flatMap(({ mn }, s) => {
        if (mn.length === length) return []
        const path = [...at, 'stacks', s, 'mn']
        return findingAt(config, path, `has ${mn.length} characters`, `an MN of ${edition} has ${length}`)
      })
      if (ca_file === undefined || tls) return odd
      return [...odd, findingAt(config, [...at, 'ca_file'], 'is for TLS, which is off', 'set tls: true, or remove it')]
    }),
  )
}

function secrets(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) =>
    plant.authorities.flatMap((authority, a) => {
      const at = ['plants', p, 'authorities', a]
      if (authority.password !== undefined || authority.password_file !== undefined) {
        return givenTwice(authority, at, 'password')
      }
      const remedy = 'add it, or password_file, the name of a file that holds it'
      return findingAt(config, [...at, 'password'], 'is missing', remedy)
    }),
  )
}

function strangers(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => {
    const known = plant.devices.map(({ id }) => id)
    return plant.authorities.flatMap(({ stacks }, a) =>
      stacks.flatMap(({ id }, s) => {
        if (known.includes(id)) return []
        const meant = nearest(id, known)
        const remedy =
          meant === undefined
            ? `add { id: ${id}, role: stack } to the devices of ${plant.id}`
            : `did you mean ${meant}?`
        const path = ['plants', p, 'authorities', a, 'stacks', s, 'id']
        return findingAt(config, path, `is not among the devices of ${plant.id}`, remedy)
      }),
    )
  })
}

/** Ids of the authorities of a plant; stacks and MNs at one authority: each is a station of its own. */
function twins(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => {
    const list = ['plants', p, 'authorities']
    const ids = plant.authorities.map(({ id }) => id)
    const authorities = repeated(ids).flatMap(([i, earlier]) => {
      const problem = `is already used at ${pathText([...list, earlier, 'id'])}`
      return findingAt(
        config,
        [...list, i, 'id'],
        problem,
        `authority ids are unique in plant ${plant.id}: rename one of the two`,
      )
    })
    const stations = plant.authorities.flatMap(({ stacks }, a) =>
      (['id', 'mn'] as const).flatMap((key) =>
        repeated(stacks.map((stack) => stack[key])).flatMap(([i, earlier]) => {
          const at = [...list, a, 'stacks']
          const problem = `is already used at ${pathText([...at, earlier, key])}`
          return findingAt(
            config,
            [...at, i, key],
            problem,
            'each stack has one MN at an authority, and each MN one stack',
          )
        }),
      ),
    )
    return [...authorities, ...stations]
  })
}

/** Places of what stands earlier in a list too, with the earlier place. */
function repeated(values: readonly string[]): readonly (readonly [index: number, earlier: number])[] {
  return values.flatMap((value, i) => {
    const earlier = values.indexOf(value)
    return earlier === i ? [] : [[i, earlier] as const]
  })
}

const CHINA = '+08:00'
/** In winter and in summer. */
const PROBES = ['2026-01-01T00:00:00Z', '2026-07-01T00:00:00Z']

/** The hours and days of HJ 212 are those of China: no others could be told. */
function elsewhere(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => {
    if (plant.authorities.length === 0) return []
    const isChina = PROBES.every(
      (instant) => Temporal.Instant.from(instant).toZonedDateTimeISO(plant.timezone).offset === CHINA,
    )
    if (isChina) return []
    const problem = 'is not the time of China, in which the days of HJ 212 are counted'
    return findingAt(config, ['plants', p, 'timezone'], problem, 'set it to Asia/Shanghai, or take authorities out')
  })
}
