import { PlantDays } from '../kpi/time/plant-days.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

interface MoveAt {
  readonly path: SettingPath
  readonly line: string
  /** Begin of its day, epoch ms. */
  readonly fromMs: number
}

/** Two moves of one device at one time: it would stand on two lines. */
export function moveContradictions(config: Config): ConfigFinding[] {
  return ofEachDevice(config, (moves) => {
    return moves.flatMap(({ path, fromMs }, i) => {
      if (moves.findIndex((one) => one.fromMs === fromMs) === i) return []
      const remedy = 'keep the one that is right'
      return [findingAt(config, [...path, 'from'], 'is the time of another move of the device', remedy)]
    })
  })
}

/** Moves to lines that are not listed. */
export function moveDoubts(config: Config): ConfigFinding[] {
  return ofEachDevice(config, (moves, p) => {
    const { id, lines } = config.plants[p]!
    const known = lines.map((line) => line.id)
    return moves.flatMap(({ path, line }) => {
      if (known.includes(line)) return []
      const meant = nearest(line, known)
      const remedy = meant === undefined ? `add { id: ${line} } to the lines of ${id}` : `did you mean ${meant}?`
      return [findingAt(config, [...path, 'line'], `is not among the lines of ${id}`, remedy)]
    })
  })
}

/** Moves on days that have not begun: what they say would hold from the change on. */
export function movesAhead(config: Config, nowMs: number): ConfigFinding[] {
  return ofEachDevice(config, (moves) => {
    return moves.flatMap(({ path, fromMs }) => {
      if (fromMs <= nowMs) return []
      const remedy = 'name a day that has begun, or change the line on that day'
      return [findingAt(config, [...path, 'from'], 'has not begun', remedy)]
    })
  })
}

function ofEachDevice(
  config: Config,
  look: (moves: readonly MoveAt[], plant: number) => readonly ConfigFinding[],
): ConfigFinding[] {
  return config.plants.flatMap(({ timezone, devices }, p) => {
    const days = new PlantDays(timezone)
    return devices.flatMap(({ moves = [] }, d) => {
      const at = moves.map(({ from, line }, m) => {
        const path: SettingPath = ['plants', p, 'devices', d, 'moves', m]
        return { path, line, fromMs: days.startMs(from) }
      })
      return at.length === 0 ? [] : look(at, p)
    })
  })
}
