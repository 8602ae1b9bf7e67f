import { UnfitData } from '../../base/unfit-data.js'
import type { Forgetting } from '../forget.js'
import { NO_REMOVALS, type RecordManifest } from '../record/manifest.js'
import { endedOf } from '../record/removal.js'

interface RemovalsPart {
  readonly dir: string
  readonly manifest: RecordManifest
  counts(plant: string): boolean
}

/** Throws while devices of a plant are to be removed: an order means a place in a journal, which is another one over there. */
export function refuseWaiting(parts: readonly RemovalsPart[]): void {
  for (const { dir, manifest, counts } of parts) {
    const { forgetting = [] } = (manifest.progress ?? {}) as { forgetting?: readonly Forgetting[] }
    const { note } = manifest.removals ?? {}
    const orders = forgetting.filter((order) => endedOf(manifest, order) === undefined)
    const waiting = [...orders, ...(note === undefined ? [] : [note])].find(({ plant }) => counts(plant))
    if (waiting !== undefined) {
      throw new UnfitData(
        `devices of ${waiting.plant} are still being removed from ${dir}: start the gateway on it until /readyz names none under "removals"; nothing was moved`,
      )
    }
  }
}

/** Notes on how orders to remove something ended: without them the first start would take out what one of them had to leave. */
export function movedRemovals(
  { removals = NO_REMOVALS }: RecordManifest,
  parts: readonly RemovalsPart[],
  plants: readonly string[],
): Pick<RecordManifest, 'removals'> {
  const moved = parts.flatMap(({ manifest }) => manifest.removals?.ended ?? [])
  const ended = moved.filter(({ plant }) => plants.includes(plant))
  return ended.length === 0 ? {} : { removals: { ...removals, ended: [...removals.ended, ...ended] } }
}
