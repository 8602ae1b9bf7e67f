import type { PlantOptions } from '../../base/plant.js'
import { inForceAt } from '../time/in-force.js'
import { type Backdated, backdated, changesPast, type Stated } from './backdated.js'
import type { PlantVersion } from './version.js'

/** A version as it is to be made: its number, its begin, and the devices that a later configuration has put into it. */
export interface VersionParts {
  readonly index: number
  readonly fromMs: number
  readonly options: PlantOptions | null
  readonly early: readonly string[]
}

/** Time of before in which another version is in force than was. Epoch ms. */
export interface ChangedTime {
  readonly fromMs: number
  readonly toMs: number
  readonly before: PlantVersion
  readonly after: PlantVersion
}

/** The change that a configuration makes in the versions of its plant. */
export interface VersionChange {
  /** Figures change from here on, epoch ms; -Infinity for the first one, which also holds for all time before it. */
  readonly sinceMs: number
  /** Versions that are no more. */
  readonly gone: readonly PlantVersion[]
  /** The time before it in which others are in force than were. */
  readonly changed: readonly ChangedTime[]
  /** Neighbours that were none before. */
  readonly joined: readonly Neighbours[]
  /** Neighbours that are none any more. */
  readonly parted: readonly Neighbours[]
}

type Neighbours = readonly [before: PlantVersion, next: PlantVersion]

interface Piece {
  readonly startMs: number
  /** Two of one key are the same version. */
  readonly key: string
  readonly version: PlantVersion
}

/** The versions of a plant: one a configuration, and more where a later one says that devices hold from before. */
export class PlantVersions {
  readonly #make: (parts: VersionParts) => PlantVersion
  #stated: readonly Stated[] = []
  #pieces: readonly Piece[]
  #all: readonly PlantVersion[]
  #numbered = 0

  constructor(make: (parts: VersionParts) => PlantVersion) {
    this.#make = make
    const version = make({ index: 0, fromMs: -Infinity, options: null, early: [] })
    this.#pieces = [{ startMs: -Infinity, key: '', version }]
    this.#all = [version]
  }

  /** In the order in which they came into force. */
  get all(): readonly PlantVersion[] {
    return this.#all
  }

  /** Takes over the next configuration; null when it says what the one before said. */
  take(fromMs: number, options: PlantOptions | null): VersionChange | null {
    const last = this.#all.at(-1)!.options
    if (options === last || JSON.stringify(options) === JSON.stringify(last)) return null
    const said = this.#stated.findLast((one) => one.options !== null)?.options ?? null
    const isSetBack = this.#stated.some((one) => one.fromMs > fromMs)
    this.#stated = [...this.#stated, { fromMs, options }]
    const isApart = this.#stated.length > 1 && !isSetBack && !changesPast(said, options)
    return isApart ? this.#append(fromMs, options) : this.#partAnew(isSetBack)
  }

  /** Everything before stays as it is: a plant of many configurations costs what one does. */
  #append(fromMs: number, options: PlantOptions | null): VersionChange {
    const before = this.#all.at(-1)!
    const one = { said: this.#stated.at(-1)!, place: this.#stated.length - 1, fromMs, options, early: [], moved: [] }
    const version = this.#versionOf(one)
    version.place = this.#all.length
    this.#pieces = [...this.#pieces, { startMs: fromMs, key: keyOf(one), version }]
    this.#all = [...this.#all, version]
    return { sinceMs: fromMs, gone: [], changed: [], joined: [[before, version]], parted: [] }
  }

  /** @param isSetBack the clock was: what it has been in force for by the one ahead is over, too */
  #partAnew(isSetBack: boolean): VersionChange {
    const [before, allBefore] = [this.#pieces, this.#all]
    const known = new Map(before.map((piece) => [piece.key, piece]))
    this.#pieces = backdated(this.#stated).map((one, i): Piece => {
      const key = keyOf(one)
      return known.get(key) ?? { startMs: i === 0 ? -Infinity : one.fromMs, key, version: this.#versionOf(one) }
    })
    this.#all = this.#pieces.map(({ version }) => version)
    for (const [place, version] of this.#all.entries()) version.place = place
    const now = new Set(this.#all)
    return {
      sinceMs: firstDifferenceMs(before, this.#pieces),
      gone: before.flatMap(({ version }) => (now.has(version) ? [] : version)),
      changed: changedTimes(allBefore, this.#all, isSetBack ? Infinity : this.#stated.at(-1)!.fromMs),
      joined: neighboursOnlyIn(this.#all, allBefore),
      parted: neighboursOnlyIn(allBefore, this.#all),
    }
  }

  #versionOf({ fromMs, options, early }: Backdated<Stated>): PlantVersion {
    return this.#make({ index: this.#numbered++, fromMs, options, early: early.map(({ device }) => device.id) })
  }
}

function keyOf({ place, fromMs, early, moved }: Backdated<Stated>): string {
  const later = [early, moved].map((some) => some.map(({ device }) => device))
  return `${place} ${fromMs}${later.flat().length === 0 ? '' : ` ${JSON.stringify(later)}`}`
}

function firstDifferenceMs(before: readonly Piece[], after: readonly Piece[]): number {
  let i = 0
  while (before[i] !== undefined && before[i]?.key === after[i]?.key) i++
  return Math.min(before[i]?.startMs ?? Infinity, after[i]?.startMs ?? Infinity)
}

function changedTimes(
  allBefore: readonly PlantVersion[],
  all: readonly PlantVersion[],
  untilMs: number,
): readonly ChangedTime[] {
  const begins = [...allBefore, ...all].map(({ fromMs }) => fromMs).filter((ms) => ms > -Infinity && ms < untilMs)
  const cuts = [...new Set(begins), untilMs].sort((a, b) => a - b)
  return cuts.slice(0, -1).flatMap((fromMs, i): ChangedTime[] => {
    const [before, after] = [inForceAt(allBefore, fromMs), inForceAt(all, fromMs)]
    // Before its first configuration everybody counted as a sender of a plant that nobody had configured.
    return before === after || before.options === null ? [] : [{ fromMs, toMs: cuts[i + 1]!, before, after }]
  })
}

function neighboursOnlyIn(all: readonly PlantVersion[], others: readonly PlantVersion[]): readonly Neighbours[] {
  const nextOf = new Map(others.map((version, i) => [version, others[i + 1]]))
  return all.flatMap((version, i): readonly Neighbours[] => {
    const next = all[i + 1]
    return next === undefined || nextOf.get(version) === next ? [] : [[version, next]]
  })
}
