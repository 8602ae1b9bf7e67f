import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../../src/archive/database.js'
import { watched } from '../../bench/measure/processes.js'
import { freePort, until } from '../../support/gateway.js'
import { Ledger } from '../ledger/ledger.js'
import { readingDifferences } from '../ledger/truth.js'
import { METERS, readingsOf } from './loaded-gateway.js'
import type { Listed } from './stand-in-process.js'

async function start(port: number): Promise<ChildProcess> {
  const child = fork(new URL('./stand-in-process.ts', import.meta.url), [String(port)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  watched(child)
  await once(child, 'message')
  return child
}

/** The list as the comparison with the ledger asks a database: times and values of one metric of one device. */
function asDatabase(list: readonly Listed[]): Database {
  const columns: Database['columns'] = async (_, [device, metric] = []) => {
    const of = list.filter((one) => one.device === device)
    return [of.map(({ ts }) => ts), of.map(({ metrics }) => metrics[metric as string] ?? null)]
  }
  return { columns } as Database
}

/** Messages of a burst that have to be acknowledged before a kill, each of several readings: with none of them nothing could be lost. */
const ACKNOWLEDGED_MIN = 100

/** The load, the kills and the comparison of the gateway, with the stand-in in its place; what is wrong in the end. */
export async function standInKilled(kills: number) {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-stand-in-'))
  const port = await freePort()
  let broker = await start(port)
  const books = new Ledger({ port, file: join(dir, 'ledger'), meters: METERS })
  try {
    for (let kill = 0; kill < kills; kill++) {
      const { acknowledged } = await books.burst()
      await until(async () => (await books.state()).acknowledged > acknowledged + ACKNOWLEDGED_MIN, undefined, 10)
      const gone = once(broker, 'exit')
      broker.kill('SIGKILL')
      await gone
      broker = await start(port)
    }
    await books.stop()
    const answer = once(broker, 'message') as Promise<[Listed[]]>
    broker.send('list')
    const [list] = await answer
    const booked = books.booked()
    const broken = await readingDifferences({ database: asDatabase(list) }, METERS, booked)
    return { acknowledged: readingsOf(booked), broken }
  } finally {
    books.kill()
    broker.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
}
