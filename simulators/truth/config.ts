import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { type PlantOptions, plantOptions } from '../../src/base/plant.js'

/** The configuration under which the demo plants are simulated, from the root of the package. */
export const DEMO_CONFIG = 'devices/demo/greengauge.yaml'

/** Plants as the demo configuration describes them, by id: periods, roles, shifts, zones. */
export function demoConfig(): ReadonlyMap<string, PlantOptions> {
  const { plants } = parse(readFileSync(demoConfigFile(), 'utf8')) as { plants: unknown[] }
  return new Map(plants.map((plant) => plantOptions.parse(plant)).map((plant) => [plant.id, plant]))
}

/** It lies above this file, at one distance in the sources and at another when they are built. */
function demoConfigFile(): string {
  for (let dir = dirname(fileURLToPath(import.meta.url)); dir !== dirname(dir); dir = dirname(dir)) {
    const file = join(dir, DEMO_CONFIG)
    if (existsSync(file)) return file
  }
  throw new Error(`${DEMO_CONFIG} is not in the package`)
}
