import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isCertificateValid, readCertificate, troubleOf } from '../../access/certificates.js'
import { credentialsFile } from '../../access/credentials.js'
import { peopleFile } from '../../access/people.js'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import type { Config } from '../../config/config.js'
import { isSecret } from '../../config/problems.js'
import { certificateFilesOf } from '../../runtime/certificates.js'
import type { ServerOptions } from '../../stores/options.js'
import { kindOf } from '../../stores/registry.js'
import { openServer } from '../../stores/server.js'
import { type DoctorFinding, doubtful, fine, wrong } from './finding.js'

/** Checks of `greengauge doctor` on what the settings name: stores, certificates, accounts and files of secrets. */

/** A server on a machine that is busy is there all the same. */
const ANSWER_MS = 10_000
/** The settings that name a file with a secret. */
const SECRET_FILE = /(password|token|secret|key|url)_file$/

export function storeFindings({ store }: Config): Promise<readonly DoctorFinding[]> {
  return Promise.all(
    store.map((one) =>
      one.type === 'duckdb' ? fine('stores', 'duckdb is a file of the data directory') : serverFinding(one),
    ),
  )
}

/** This asks whether a server is there and would take what we write; it changes nothing there. */
async function serverFinding(options: ServerOptions): Promise<DoctorFinding> {
  const name = options.name ?? options.type
  const where = `${name} at ${new URL(options.url).origin}`
  const away = (why: string): DoctorFinding => {
    const remedy = 'start it, or correct its url in store; the gateway keeps everything until then'
    return wrong(
      'stores',
      EXIT.unavailable,
      `${name} does not answer at ${new URL(options.url).origin}: ${why}`,
      remedy,
    )
  }
  const pinged = await kindOf(options.type).ping(options.url, ANSWER_MS)
  if ('problem' in pinged) return away(pinged.problem)
  const server = await openServer({ ...options, timeout_s: ANSWER_MS / 1000 }, systemClock)
  const product = pinged.product === null ? '' : ` (${pinged.product})`
  const looked = await server.look().finally(() => server.close())
  if (looked.kind === 'ready') {
    const state = looked.isMissing ? 'will make the database' : 'takes what is written'
    return fine('stores', `${where}${product} ${state}`)
  }
  if (looked.kind === 'away') return away(looked.reason)
  const fits = pinged.type
  const remedy =
    fits === null || fits === options.type
      ? `correct the settings of ${name} in store; the gateway keeps everything until then`
      : `set its type in store to ${fits}; the gateway keeps everything until then`
  return wrong('stores', EXIT.config, `${where}${product} takes nothing: ${looked.reason}`, remedy)
}

export function certificateFindings(config: Config, nowMs: number): readonly DoctorFinding[] {
  return (['mqtt', 'http'] as const).flatMap((listener) => {
    const files = certificateFilesOf(config, listener)
    if (files === null) return []
    let found: ReturnType<typeof readCertificate>
    try {
      found = readCertificate(`${listener}.tls`, files)
    } catch (error) {
      const { fault, remedy } = halves((error as Error).message)
      return [wrong('certificates', EXIT.config, fault, remedy)]
    }
    const about = `${listener}.tls.cert_file ${files.cert_file}`
    const trouble = troubleOf(found, nowMs)
    if (trouble !== '') {
      const { fault, remedy } = halves(`${about}: ${trouble}`)
      const isGood = isCertificateValid(found, nowMs)
      return [isGood ? doubtful('certificates', fault, remedy) : wrong('certificates', EXIT.config, fault, remedy)]
    }
    if (found.names.length === 0) {
      const names = 'it names no host (subjectAltName): most clients refuse it'
      return [doubtful('certificates', `${about}: ${names}`, 'have it made with the names that clients connect to')]
    }
    const until = new Date(found.validToMs).toISOString().slice(0, 10)
    return [fine('certificates', `${about} fits its key, and is good until ${until} for ${found.names.join(', ')}`)]
  })
}

/** Parts of a text `fault; remedy`. */
function halves(text: string): { fault: string; remedy: string } {
  const end = text.lastIndexOf('; ')
  return { fault: text.slice(0, end), remedy: text.slice(end + 2) }
}

export function accountFindings({ auth, data_dir }: Config): readonly DoctorFinding[] {
  if (!auth.required)
    return [fine('accounts', 'auth.required is false: nobody has to prove who they are, on loopback alone')]
  const people = listIn(join(data_dir, 'access', 'people.json'), peopleFile)
  const clients = listIn(join(data_dir, 'access', 'credentials.json'), credentialsFile)
  const findings: DoctorFinding[] = []
  for (const { problem } of [people, clients]) {
    if (problem !== null) findings.push(wrong('accounts', EXIT.config, problem, 'restore it from a backup'))
  }
  const admins = people.items.filter(({ role, disabled }) => role === 'admin' && !disabled)
  if (!existsSync(join(data_dir, 'access', 'people.json'))) {
    const remedy = 'the first start makes the account admin and says its password in its log'
    findings.push(doubtful('accounts', 'auth.required is true, and there are no people yet', remedy))
  } else if (people.problem === null && admins.length === 0) {
    const found = `auth.required is true, and ${people.items.length === 0 ? 'there are no people' : 'no administrator is enabled'}`
    findings.push(wrong('accounts', EXIT.config, found, 'greengauge user add NAME --role admin'))
  }
  const enabled = clients.items.filter(({ disabled }) => !disabled)
  if (clients.problem === null && enabled.length === 0) {
    const remedy = 'greengauge device --help says how a device gets a token'
    findings.push(doubtful('accounts', 'auth.required is true, and no MQTT client has a credential', remedy))
  }
  if (findings.length > 0) return findings
  return [fine('accounts', `${people.items.length} people, ${clients.items.length} MQTT clients with a credential`)]
}

/** The files that a gateway with these settings reads at its start and while it runs, besides profiles and tables. */
export function filesForService(config: Config, configFile: string | undefined): readonly string[] {
  const certificates = (['mqtt', 'http'] as const).flatMap((listener) => {
    const files = certificateFilesOf(config, listener)
    return files === null ? [] : [files.cert_file, files.client_ca_file ?? '']
  })
  const lists = ['devices.json', 'access/people.json', 'access/credentials.json']
  const named = [configFile ?? '', ...certificates].filter((file) => file !== '')
  return [
    ...named,
    ...secretsIn(config, []).files.map(({ file }) => file),
    ...lists.map((name) => join(config.data_dir, name)),
  ]
}

/** Files that hold secrets, which others on this machine could read. */
export function secretFindings(config: Config, configFile: string | undefined): readonly DoctorFinding[] {
  // Windows has no such bits.
  if (process.platform === 'win32') return []
  const accessDir = join(config.data_dir, 'access')
  const kept = existsSync(accessDir) ? readdirSync(accessDir).map((name) => join(accessDir, name)) : []
  const named = secretsIn(config, [])
  const inside = configFile !== undefined && named.hasOpen ? [{ setting: '--config', file: configFile }] : []
  const files = [...named.files, ...inside, ...kept.map((file) => ({ setting: 'access', file }))]
  const found = files.flatMap(({ setting, file }) => {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (stats === undefined) {
      return [wrong('secrets', EXIT.config, `${setting} ${file} is not there`, 'check the path')]
    }
    if ((stats.mode & 0o007) === 0) return []
    const mode = (stats.mode & 0o777).toString(8)
    return [
      wrong('secrets', EXIT.permission, `${setting} ${file} can be read by all users (${mode})`, `chmod o= ${file}`),
    ]
  })
  return found.length > 0
    ? found
    : [fine('secrets', `${files.length} files with secrets, none of them readable for all users`)]
}

/** The files that settings name, and whether a secret stands in the settings themselves. */
function secretsIn(
  value: unknown,
  path: readonly (string | number)[],
): { files: { setting: string; file: string }[]; hasOpen: boolean } {
  if (typeof value !== 'object' || value === null) return { files: [], hasOpen: false }
  const all = Object.entries(value).map(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key]
    if (typeof inner !== 'string') return secretsIn(inner, here)
    const files = SECRET_FILE.test(key) ? [{ setting: here.join('.'), file: inner }] : []
    return { files, hasOpen: isSecret(here) }
  })
  return { files: all.flatMap(({ files }) => files), hasOpen: all.some(({ hasOpen }) => hasOpen) }
}

/** No file is an empty list. */
function listIn<T>(
  file: string,
  shape: { safeParse(value: unknown): { success: boolean; data?: T[] | undefined } },
): { items: readonly T[]; problem: string | null } {
  if (!existsSync(file)) return { items: [], problem: null }
  try {
    const { success, data = [] } = shape.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return success ? { items: data, problem: null } : { items: [], problem: `${file} is not what was written there` }
  } catch (error) {
    const { code = 'it is not JSON' } = error as NodeJS.ErrnoException
    return { items: [], problem: `${file} cannot be read (${code})` }
  }
}
