import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { namesBelow } from '../../src/audit/backup/held.js'
import { removeData, startGateway } from '../support/gateway.js'
import { follow, GOLDEN, MESSAGES, PLANT, PLANTS, publish, REPORT, say, stateOf } from './golden.js'
import { pack } from './packed.js'

/**
 * Writes `test/golden/v<version>/`: a data directory as this version leaves it, and what it said of it. Once for each version
 * that is released, with the program of that version: `node src/prepare.mjs && npx tsx test/golden/make.ts`. Later versions
 * have to read it, so what is there is never made again.
 */
const root = join(import.meta.dirname, '..', '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const folder = join(GOLDEN, `v${version}`)

/** A line takes the place of the verifier that is frozen with a report: it is a program, a megabyte, and not what is kept here. */
const verifier = join(root, 'dist', 'verify', 'greengauge-verify.mjs')
const program = readFileSync(verifier)
writeFileSync(verifier, `// the verifier of ${version}\n`)

const gateway = await startGateway({ config: { plants: PLANTS, archive: { delta_s: 1 } } })
try {
  const cli = join(root, 'dist', 'src', 'cli.js')
  const config = join(gateway.dir, 'greengauge.yaml')
  execFileSync(process.execPath, [
    cli,
    'device',
    'add',
    `${PLANT}/press/main-1`,
    '--client',
    'golden',
    '--config',
    config,
  ])
  await publish(gateway, MESSAGES)
  await say(gateway)
  const [from, to] = ['2026-01-05', '2026-01-06']
  await follow(gateway, 'reports', { plants: [PLANT], profile: 'ghg', from, to })
  await follow(gateway, `reports/${REPORT}/freeze`, { by: 'li', languages: ['en'] })
  await publish(gateway, [MESSAGES.at(-1)!])
  const state = await stateOf(gateway)
  await gateway.stop()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const isKept = (name: string) => !/^(archive\.duckdb|gateway\.sock)/.test(name)
  const names = namesBelow(gateway.dataDir, isKept).filter((name) => !name.endsWith('.sock'))
  await pack(gateway.dataDir, names, join(folder, 'data-directory.zip'))
  writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(state, null, 1)}\n`)
} finally {
  writeFileSync(verifier, program)
  await gateway.stop('SIGKILL')
  removeData(gateway)
}
