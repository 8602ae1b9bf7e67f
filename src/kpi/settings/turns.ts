import type { Rulebook } from '../series/fold.js'
import { countUpTo } from '../time/ascending.js'
import type { SeriesSettings } from './settings.js'
import type { PlantVersion } from './version.js'

/** Settings of a series from a version of its plant on, until a later one says something else of it. */
export interface SaidOfSeries {
  readonly version: PlantVersion
  readonly settings: SeriesSettings
}

/** Settings of a series over time: of a plant of thousands of configurations what differs for this series. */
export class SettingsInTime {
  readonly rulebook: Rulebook
  readonly #turns: readonly SaidOfSeries[]

  /** @param turns in the order of the versions, the first of these first */
  constructor(turns: readonly SaidOfSeries[]) {
    this.#turns = turns
    this.rulebook = turns.map(({ version, settings }) => ({ fromMs: version.fromMs, rules: settings.rules }))
  }

  /** Settings by the newest version. */
  get now(): SeriesSettings {
    return this.#turns.at(-1)!.settings
  }

  in(version: PlantVersion): SeriesSettings {
    const turns = this.#turns
    return turns[turns.length === 1 ? 0 : countUpTo(turns, version.place, placeOf) - 1]!.settings
  }

  /** All that were ever in force, each once. */
  *all(): Generator<SeriesSettings> {
    for (const { settings } of this.#turns) yield settings
  }
}

function placeOf({ version }: SaidOfSeries): number {
  return version.place
}

/** The versions of a plant from each of which on something else is said of a device. */
export class DeviceTurns {
  /** By device, for so many of the versions. */
  readonly #known = new Map<string, { readonly turns: readonly PlantVersion[]; readonly count: number }>()

  /** In the order of the versions; `settingsOf` gives for each that follows one what it gives for that. */
  of(versions: readonly PlantVersion[], device: string): readonly PlantVersion[] {
    const { turns: before, count } = this.#known.get(device) ?? { turns: [], count: 0 }
    if (count === versions.length) return before
    const turns = [...before]
    for (let i = count; i < versions.length; i++) {
      if (i === 0 || !saysTheSame(versions[i - 1]!, versions[i]!, device)) turns.push(versions[i]!)
    }
    this.#known.set(device, { turns, count: versions.length })
    return turns
  }

  /** The versions are others than those of before with more behind them. */
  clear(): void {
    this.#known.clear()
  }
}

/** True when two versions say the same of a device, as far as `settingsOf` looks at them. */
function saysTheSame(a: PlantVersion, b: PlantVersion, device: string): boolean {
  return (
    a.device(device) === b.device(device) &&
    a.isEarly(device) === b.isEarly(device) &&
    a.schedule.isRagged === b.schedule.isRagged &&
    a.slowestIdleMs === b.slowestIdleMs &&
    a.slidesDemand === b.slidesDemand &&
    a.options?.timezone === b.options?.timezone
  )
}
