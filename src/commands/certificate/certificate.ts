import { X509Certificate } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { type CertificateFacts, factsOf, troubleOf } from '../../access/certificates.js'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import { makeFolder } from '../../program/folders.js'
import { whyUnreadable } from '../../program/named-file.js'
import { complain, printJson, printText } from '../../program/output.js'

/** `greengauge certificate`: one to begin with, and what is in a file. Nothing here is done by the gateway itself. */

interface Options {
  readonly host: readonly string[]
  readonly out: string
  readonly days: string
  readonly json?: boolean
}

const DAYS = 365
/** Clients of some makers take no certificate of a server that is good for longer. */
const DAYS_MAX = 825
/** RFC 1123 §2.1; a star for all names one level below. */
const HOST_NAME = /^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

export function addCertificateCommand(program: Command): void {
  const certificate = program
    .command('certificate')
    .description('certificates for TLS: one to begin with, and what is in a file')

  certificate
    .command('selfsigned')
    .description('make a certificate that is signed by its own key, for a first run or a plant without an authority')
    .requiredOption('--host <name>', 'name or address that clients connect to; may be repeated', collect)
    .requiredOption('--out <dir>', 'folder to write certificate.pem and key.pem to')
    .option('--days <n>', `how long it is good for, at most ${DAYS_MAX}`, String(DAYS))
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => make(command.optsWithGlobals<Options>(), command))

  certificate
    .command('show')
    .description(
      'subject, names, fingerprint and end of the certificate in a PEM file; the subject as `device` wants it',
    )
    .argument('<file>', 'PEM file')
    .option('--json', 'as JSON')
    .action((file: string, _: unknown, command: Command) =>
      show(file, command.optsWithGlobals<Options>().json === true),
    )
}

async function make({ host, out, days, json }: Options, command: Command): Promise<void> {
  for (const name of host) {
    if (isIP(name) !== 0 || HOST_NAME.test(name)) continue
    command.error(
      `error: --host ${name} is neither a host name nor an address; write one such as gateway.plant.example or 192.168.1.10`,
      {
        exitCode: EXIT.usage,
      },
    )
  }
  if (!/^\d{1,3}$/.test(days) || Number(days) < 1 || Number(days) > DAYS_MAX) {
    command.error(`error: --days ${days} is not between 1 and ${DAYS_MAX}`, { exitCode: EXIT.usage })
  }
  const { selfSigned } = await import('./self-signed.js')
  const made = await selfSigned(host, systemClock.nowMs(), Number(days))
  const files = { cert_file: resolve(out, 'certificate.pem'), key_file: resolve(out, 'key.pem') }
  try {
    makeFolder(out)
    // The key first: a certificate without one would be the more confusing half.
    writeNew(files.key_file, made.key, 0o600)
    writeNew(files.cert_file, made.cert, 0o644)
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException
    const why =
      code === 'EEXIST'
        ? 'is there already; choose another folder, or take it away first'
        : `cannot be written (${code})`
    complain(`error: ${path ?? join(out, 'key.pem')} ${why}`)
    process.exitCode = code === 'EACCES' ? EXIT.permission : EXIT.io
    return
  }
  if (json === true) printJson({ ...described(made.facts), ...files })
  else printText(guide(made.facts, files))
}

function guide(facts: CertificateFacts, { cert_file, key_file }: { cert_file: string; key_file: string }): string {
  const host = facts.names[0] ?? 'localhost'
  return `${table(facts)}

Into greengauge.yaml:

mqtt:
  tls:
    port: 8883
    cert_file: ${cert_file}
    key_file: ${key_file}
http:
  tls:
    cert_file: ${cert_file}
    key_file: ${key_file}

Clients trust it by the certificate itself, never by switching the check off:

mosquitto_pub -h ${host} -p 8883 --cafile ${cert_file} -t plants/plant-1/line-1/meter-1/energy -m '{"metrics":{"elec_import_kw":118.2}}'

Browsers warn until it is imported; compare the fingerprint before you go on.`
}

function show(file: string, asJson: boolean): void {
  let facts: CertificateFacts
  try {
    facts = factsOf(new X509Certificate(readFileSync(file)))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isMissing = code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR'
    complain(`error: ${isMissing ? whyUnreadable(file, error) : `${file} holds no certificate in PEM`}`)
    process.exitCode = isMissing ? EXIT.io : EXIT.badData
    return
  }
  if (asJson) printJson(described(facts))
  else printText(table(facts))
}

function described({ subject, names, fingerprint, validFromMs, validToMs }: CertificateFacts) {
  const at = (ms: number) => new Date(ms).toISOString()
  return { subject, names, sha256: fingerprint, valid_from: at(validFromMs), valid_to: at(validToMs) }
}

function table(facts: CertificateFacts): string {
  const { subject, names, sha256, valid_from, valid_to } = described(facts)
  const trouble = troubleOf(facts, systemClock.nowMs())
  const rows = [
    ['subject', subject],
    ['names', names.join(', ')],
    ['SHA-256', sha256],
    ['good from', valid_from],
    ['until', valid_to],
    ...(trouble === '' ? [] : [['warning', trouble]]),
  ]
  return rows.map(([name = '', value = '']) => `${name.padEnd(10)} ${value}`.trimEnd()).join('\n')
}

/** Never over a file that is there: it may be the one that devices trust. */
function writeNew(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}
