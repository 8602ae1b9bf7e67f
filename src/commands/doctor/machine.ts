import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { EXIT } from '../../base/exit-codes.js'
import type { Config } from '../../config/config.js'
import { movedData } from '../../config/place.js'
import { filesMax, tooFewFiles } from '../../program/open-files.js'
import { openToOthers } from '../../program/private-files.js'
import { unreadableFor } from '../../program/readable-by.js'
import { type DoctorFinding, doubtful, fine, wrong } from './finding.js'

/** Checks of `greengauge doctor` on the machine: ports, disk and clock. */

const GIB = 2 ** 30
const FREE_MIN = GIB / 2
const FREE_WANTED = 5 * GIB
const SYNCS = 20
/** A PUBACK waits for one; beyond it devices with one message on its way send fewer than fifty in a second. */
const SYNC_SLOW_MS = 20
/** Source: linux/magic.h. What lies there is gone with the power. */
const TMPFS = 0x01021994
/** This version was made then: no clock that is right shows less. */
const YEAR_MIN = 2026
/** Most that two clocks may be apart that are both right enough. */
const AHEAD_MS = 5000

interface Place {
  readonly setting: string
  readonly host: string
  readonly port: number
}

export async function portFindings(config: Config, isRunning: boolean): Promise<readonly DoctorFinding[]> {
  const findings: DoctorFinding[] = []
  for (const place of placesOf(config)) findings.push(await portFinding(place, isRunning))
  return findings
}

/** Places where the gateway listens, but for port 0, which is free in any case. */
function placesOf({ mqtt, http, hj212 }: Config): readonly Place[] {
  const broker = mqtt.enabled
    ? [
        { setting: 'mqtt.port', host: mqtt.host, port: mqtt.port },
        { setting: 'mqtt.ws_port', host: mqtt.host, port: mqtt.ws_port },
        { setting: 'mqtt.tls.port', host: mqtt.host, port: mqtt.tls?.port ?? null },
        { setting: 'mqtt.tls.ws_port', host: mqtt.host, port: mqtt.tls?.ws_port ?? null },
      ]
    : []
  const all = [
    ...broker,
    { setting: 'hj212.port', host: hj212.host, port: hj212.port },
    { setting: 'http.port', host: http.host, port: http.port },
  ]
  return all.flatMap(({ setting, host, port }) => (port === null || port === 0 ? [] : [{ setting, host, port }]))
}

async function portFinding({ setting, host, port }: Place, isRunning: boolean): Promise<DoctorFinding> {
  const code = await new Promise<string>((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve('')))
  })
  const place = `${setting} ${host}:${port}`
  const isHeld = code === 'EADDRINUSE'
  if (isRunning) {
    if (isHeld) return fine('ports', `${place} is held, by the gateway that runs`)
    return doubtful(
      'ports',
      `${place} is not listened on, although a gateway runs`,
      'it was started with other settings: restart it',
    )
  }
  if (code === '') return fine('ports', `${place} is free`)
  if (isHeld) {
    return wrong(
      'ports',
      EXIT.unavailable,
      `${place} is held by another program`,
      `stop it, or set ${setting} to a free port`,
    )
  }
  if (code === 'EACCES') {
    return wrong('ports', EXIT.permission, `${place} may not be opened by this user`, `set ${setting} to 1024 or above`)
  }
  return wrong(
    'ports',
    EXIT.unavailable,
    `${place} cannot be listened on (${code})`,
    `set ${setting.split('.')[0]}.host to an address of this machine`,
  )
}

export function diskFindings({ data_dir, journal }: Config): readonly DoctorFinding[] {
  const dir = resolve(data_dir)
  const there = nearestFolder(dir)
  const { bavail, blocks, bsize, type } = statfsSync(there)
  const free = bavail * bsize
  const share = blocks === 0 ? 1 : bavail / blocks
  const space = `${gib(free)} GiB of the disk of ${there} are free`
  const remedy = 'make room, lower journal.max_bytes or archive.retention, or set data_dir to a larger disk'
  const findings: DoctorFinding[] = []
  if (free < FREE_MIN) findings.push(wrong('disk', EXIT.io, space, remedy))
  else if (free < FREE_WANTED || share < 0.05) findings.push(doubtful('disk', space, remedy))
  else findings.push(fine('disk', space))
  const wanted = journal.max_bytes
  if (wanted > free && free >= FREE_MIN) {
    const found = `journal.max_bytes is ${gib(wanted)} GiB, more than is free: a long outage of a store would fill the disk first`
    findings.push(doubtful('disk', found, remedy))
  }
  if (type === TMPFS) {
    findings.push(
      doubtful(
        'disk',
        `${there} lies in memory (tmpfs): what was acknowledged is lost with the power`,
        'set data_dir to a disk',
      ),
    )
  }
  return [...findings, syncFinding(there)]
}

/** Writes as the journal does, and measures how long the disk takes to say that it is kept. */
function syncFinding(dir: string): DoctorFinding {
  let folder = ''
  const ms: number[] = []
  try {
    folder = mkdtempSync(join(dir, '.doctor-'))
    const file = openSync(join(folder, 'probe'), 'w', 0o600)
    try {
      const block = Buffer.alloc(4096, 1)
      for (let i = 0; i < SYNCS; i++) {
        const begunMs = performance.now()
        writeSync(file, block)
        fdatasyncSync(file)
        ms.push(performance.now() - begunMs)
      }
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    const exit = code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? EXIT.permission : EXIT.io
    const remedy = 'give the folder to the user that the gateway runs as, or set data_dir to another'
    return wrong('disk', exit, `${dir} cannot be written and synced (${code})`, remedy)
  } finally {
    if (folder !== '') rmSync(folder, { recursive: true, force: true })
  }
  const sorted = ms.toSorted((a, b) => a - b)
  const [median = 0, worst = 0] = [sorted[SYNCS / 2], sorted.at(-1)]
  const found = `fdatasync in ${dir} takes ${median.toFixed(1)} ms, the slowest of ${SYNCS} took ${worst.toFixed(1)} ms`
  if (median <= SYNC_SLOW_MS) return fine('disk', found)
  return doubtful(
    'disk',
    `${found}: every PUBACK waits for it`,
    'use a disk with power-loss protection, and none of a network',
  )
}

/** Credentials that systemd shows to the service alone are never seen by others. */
const CREDENTIALS = '/run/credentials/'

/** Checks that the user of a data directory may read `files`: a command of root may read all, the service may not. */
export function ownerFindings(
  { data_dir }: Pick<Config, 'data_dir'>,
  files: readonly string[],
): readonly DoctorFinding[] {
  const dir = resolve(data_dir)
  const owner = statSync(dir, { throwIfNoEntry: false })
  if (owner === undefined || owner.uid === 0) return []
  const asked = [...new Set(files)].filter((file) => !file.startsWith(CREDENTIALS) && existsSync(file))
  return (unreadableFor(owner, asked) ?? []).map((file) => {
    const remedy = resolve(file).startsWith(dir)
      ? `chown -R --reference=${dir} ${dir}`
      : `chown --reference=${dir} ${file}, or hand it over as a credential of systemd: docs/operate/tls-and-accounts.md`
    return wrong('data', EXIT.permission, `the user of ${dir} (uid ${owner.uid}) may not read ${file}`, remedy)
  })
}

/** Checks who else on this machine can read the gateway's data, and that they are not still elsewhere. */
export function dataFindings({ data_dir }: Config, written: string): readonly DoctorFinding[] {
  const dir = resolve(data_dir)
  const moved = movedData(dir, written)
  if (moved !== '') {
    const cut = moved.indexOf('. To go on')
    return [wrong('data', EXIT.config, moved.slice(0, cut), moved.slice(cut + 2))]
  }
  const open = openToOthers(dir)
  return [open === null ? fine('data', `${dir} is closed to other users`) : doubtful('data', open.found, open.remedy)]
}

/** Finding on the files that this process may open: a service or container may have another limit. */
export function filesFinding(config: Config): DoctorFinding {
  const tooFew = tooFewFiles(config)
  if (tooFew === '') return fine('files', `this process may have ${filesMax() ?? 'any number of'} files open`)
  const [found = '', remedy = ''] = tooFew.split('; ')
  return doubtful('files', found, remedy)
}

export function clockFindings(config: Config, nowMs: number): readonly DoctorFinding[] {
  const now = new Date(nowMs)
  const remedy = 'set the clock, and let the machine keep it by NTP (timedatectl set-ntp true)'
  if (now.getUTCFullYear() < YEAR_MIN) {
    return [wrong('clock', EXIT.unavailable, `the clock of this machine says ${now.toISOString()}`, remedy)]
  }
  const newestMs = newestIn(join(config.data_dir, 'journal'))
  if (newestMs !== null && newestMs > nowMs + AHEAD_MS) {
    const found = `the journal was written until ${new Date(newestMs).toISOString()}, and the clock says ${now.toISOString()}: one of them is wrong`
    return [wrong('clock', EXIT.unavailable, found, remedy)]
  }
  return [fine('clock', `the clock says ${now.toISOString()}, and the journal is not ahead of it`)]
}

/** Time at which one of its files was written last, epoch ms; null when there is none. */
function newestIn(dir: string): number | null {
  if (!existsSync(dir)) return null
  const times = readdirSync(dir).flatMap((name) => statSync(join(dir, name), { throwIfNoEntry: false })?.mtimeMs ?? [])
  return times.length === 0 ? null : Math.max(...times)
}

/** The folder itself, or the one that it will be made in. */
function nearestFolder(dir: string): string {
  return existsSync(dir) || dirname(dir) === dir ? dir : nearestFolder(dirname(dir))
}

const gib = (bytes: number): string => (bytes / GIB).toFixed(1)
