import type { LastingRecord } from '../archive/record/record.js'
import type { RecordFiles } from '../audit/reports/live.js'
import type { Clock } from '../base/clock.js'
import type { Engine } from '../kpi/engine.js'
import type { Pipeline } from './pipeline.js'
import type { Publisher } from './publisher.js'
import type { Upkeep } from './upkeep.js'

/** The journal has a tick a second: by then it has gone on. */
const RETRY_MS = 1000

export interface SettlingDeps {
  readonly clock: Clock
  readonly pipeline: Pick<Pipeline, 'whenAtRest' | 'save'>
  readonly engine: Pick<Engine, 'cycle' | 'cycleLate' | 'isLatePending'>
  readonly publisher: Pick<Publisher, 'publish'>
  readonly upkeep: Pick<Upkeep, 'settle'>
  readonly record: Pick<LastingRecord, 'dir' | 'manifest' | 'position'>
}

/** Runs `work` between two blocks of the journal, when all that is archived is in the figures and in files of days. */
export async function whenSettled<T>(deps: SettlingDeps, work: (settled: RecordFiles) => Promise<T>): Promise<T> {
  const { clock, pipeline, record } = deps
  for (;;) {
    const done = await pipeline.whenAtRest(async () => {
      if (!(await settle(deps))) return null
      return { result: await work({ dir: record.dir, days: record.manifest.days, position: record.position }) }
    })
    if (done !== null) return done.result
    await clock.sleep(RETRY_MS)
  }
}

async function settle({ pipeline, engine, publisher, upkeep }: SettlingDeps): Promise<boolean> {
  await pipeline.save()
  await publisher.publish(await engine.cycle())
  while (engine.isLatePending) await publisher.publish(await engine.cycleLate((part) => publisher.publish(part)))
  return upkeep.settle()
}
