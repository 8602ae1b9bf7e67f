import { dayOf, kindsSentBy, rowsOfDevices } from '../../../src/archive/record/kinds.js'
import { type DayOfKind, EMPTY, type RecordManifest } from '../../../src/archive/record/manifest.js'
import { readConfigs } from '../../../src/archive/samples.js'
import { Configs } from '../../../src/pipeline/configs.js'
import { endForgetting, type FollowingDeps, followFiles } from '../../../src/pipeline/forgetting.js'
import type { Bench } from '../../support/engine.js'

/** Forgets a device of plant `p`, or metrics of it, as if the files had lost all of that, one kind and day after the other. */
export async function forgetDevice(bench: Bench, device: string, metrics?: readonly string[]): Promise<void> {
  const what = { plant: 'p', devices: [device], metrics }
  const order = { ...what, position: bench.nextPosition - 1, id: 'act-1' }
  bench.accounting.forgetting = [order]
  if (metrics === undefined) bench.senders.forget(bench.senders.find('p', device)!)
  let manifest: RecordManifest = EMPTY
  const deps: FollowingDeps = {
    accounting: bench.accounting as unknown as FollowingDeps['accounting'],
    record: {
      get manifest() {
        return manifest
      },
    },
    archive: bench.archive,
    database: bench.database,
    senders: bench.senders,
    engine: bench.engine,
    points: bench.store,
    configs: new Configs(await readConfigs(bench.database), { hash: '', content: '{}', plants: [] }),
  }
  const save = () => bench.save()
  for (const [i, last] of (await daysOf(bench, what)).entries()) {
    const going = [{ act: 'act-1', last, steps: i + 1, readings: 0 }]
    manifest = { ...EMPTY, removals: { ended: [], going, generations: [] } }
    await followFiles(deps, save)
  }
  await endForgetting(deps, order, { failure: undefined, save })
}

async function daysOf(bench: Bench, what: Parameters<typeof rowsOfDevices>[1]): Promise<readonly DayOfKind[]> {
  const found: DayOfKind[] = []
  for (const kind of kindsSentBy(what)) {
    const rows = rowsOfDevices(kind, what)
    const [days = []] = await bench.database.columns(`SELECT DISTINCT ${dayOf(kind)} FROM (${rows})`)
    found.push(...days.map((day) => ({ kind, plant: 'p', day: Number(day) })))
  }
  return found
}
