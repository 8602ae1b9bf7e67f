import closeWithGrace, { type Options } from 'close-with-grace'
import { NO_CERTIFICATE } from '../access/certificates.js'
import { NO_SECRET } from '../access/secret.js'
import { systemClock } from '../base/clock.js'
import { EXIT } from '../base/exit-codes.js'
import { UnfitData } from '../base/unfit-data.js'
import { AccessDesk } from '../config/access-desk.js'
import type { LoadedConfig, LoadSettings } from '../config/config.js'
import { ConfigEditor, type EditorParts } from '../config/edit/editor.js'
import { keepLists, unreadReason } from '../config/files/lists.js'
import { withFirstAdmin } from '../config/files/people-file.js'
import { envName } from '../config/sources.js'
import type { MqttPorts } from '../intake/listeners.js'
import { complain, endInError } from '../program/output.js'
import { explained } from '../program/system-error.js'
import { versionInfo } from '../program/version.js'
import type { ConfigAsk, ConfigReply } from '../views/wire/configuration.js'
import { type Certificates, CertificateWatch, readCertificates } from './certificates.js'
import { holdDataDir, LOCKED } from './data-dir.js'
import { EarlyStop } from './early-stop.js'
import { FileWatch } from './file-watch.js'
import { leaveAddress } from './machine-token.js'
import { RereadDoor, rereading } from './reread.js'

/** After this long a stop is no longer graceful. The journal loses nothing either way. */
export const CLOSE_DEADLINE_MS = 10_000

/** SIGHUP is no end. */
const GRACE: Options = {
  delay: CLOSE_DEADLINE_MS,
  skip: ['SIGHUP'],
  logger: { error: (line: unknown) => complain(String(line)) },
}

export interface Running {
  /** Ports of the embedded broker, null when it is switched off. */
  readonly mqttPorts: MqttPorts | null
  readonly httpPort: number
  /** The simulated devices have ended with this exit code, and the gateway goes on without them. */
  tellSimulatorsEnded(code: number): void
}

/**
 * Runs the gateway until a signal comes or a part of it fails; SIGHUP, and a change of a profile that it uses, of the
 * registry or of the credentials, make it read its settings again. `onReady` is called once it serves and may return what is to be stopped
 * before the gateway itself.
 *
 * @param simulated plants for which that sends, as simulated devices
 */
export async function runGateway(
  started: LoadedConfig,
  load: LoadSettings,
  onReady: (running: Running) => { stop(): Promise<void> } | undefined = () => undefined,
  simulated: readonly string[] = [],
): Promise<void> {
  const { config, registry, credentials, hash, content } = started
  // From the first moment on: unheard, this signal would end the process.
  const rereads = new RereadDoor()
  process.on('SIGHUP', () => rereads.ask())
  const early = new EarlyStop(process, CLOSE_DEADLINE_MS, complain)
  const occupied = await holdDataDir(config.data_dir).catch((error) => giveUp(error, config))
  const { people, unread } = await admit(started)
  // Before anything listens: whoever sees that the gateway is there may change a file at once.
  const files = new FileWatch(() => rereads.ask(), started.files)
  // Loaded when it is needed: `version` and `check-config` do without broker and database.
  const { startGateway } = await import('./gateway.js')
  const certificates = certificatesOf(config)
  const liveness = await livenessOf(config)
  let inForce: LoadedConfig = { ...started, people }
  const accessDesk = new AccessDesk({ dataDir: config.data_dir, nowMs: () => systemClock.nowMs() })
  const gateway = await startGateway({
    config,
    registry,
    people,
    credentials,
    configText: { hash, content },
    version: versionInfo(),
    ...(simulated.length > 0 && { simulated }),
    occupied,
    certificates,
    configuration: configurationOf(load, started, {
      inForce: () => inForce,
      isClosing: () => rereads.isClosed,
      reread: (by) => rereads.ask(by),
    }),
    access: (ask) => accessDesk.answer(ask),
  }).catch((error) => giveUp(error, config))
  gateway.tellUnread(unread)
  const certificateWatch = watchCertificates(config, certificates, gateway)
  leaveAddress(config, gateway.httpPort)
  const companion = onReady(gateway)
  const apply = (loaded: LoadedConfig) => {
    inForce = loaded
    keepLists(config.data_dir, loaded, complain)
    gateway.reconfigure(loaded)
    files.watch(loaded.files)
    certificateWatch.configure(loaded.config)
  }
  const { note, tellUnread } = gateway
  rereads.open(rereading({ load, started: inForce, apply, unread: tellUnread, note, say: complain }))
  let failure: Error | undefined
  let isClosing = false
  const grace = closeWithGrace(GRACE, async ({ err }) => {
    isClosing = true
    rereads.close()
    failure ??= err
    logStop(failure, config.data_dir)
    files.watch([])
    certificateWatch.close()
    await companion?.stop()
    await gateway.close()
    liveness?.close()
    if (failure !== undefined) process.exit(explained(failure)?.exit ?? EXIT.software)
  })
  if (early.release()) grace.close()
  whenShellIsGone(() => (isClosing ? undefined : grace.close()))
  failure = await gateway.failed
  grace.close()
}

/** Answers questions about the configuration file of a gateway. */
function configurationOf(
  load: LoadSettings,
  started: LoadedConfig,
  running: Pick<EditorParts, 'inForce' | 'isClosing' | 'reread'>,
): (ask: ConfigAsk) => ConfigReply {
  const editor = new ConfigEditor({ load, started, clock: systemClock, ...running })
  return (ask) => editor.answer(ask)
}

/** The port that answers whether the process is alive, where one is set. */
async function livenessOf(config: LoadedConfig['config']): Promise<{ close(): void } | null> {
  const { host, livez_port: port } = config.http
  if (port === null) return null
  const { startLiveness } = await import('../views/liveness.js')
  return startLiveness({ host, port }).catch((error) => giveUp(error, config))
}

/** Shows certificates that were renewed to those who connect from then on. */
export function watchCertificates(
  config: LoadedConfig['config'],
  certificates: Certificates,
  shower: { useCertificates(now: Certificates): void },
): CertificateWatch {
  return new CertificateWatch(config, certificates, {
    nowMs: () => systemClock.nowMs(),
    apply: (now) => shower.useCertificates(now),
    say: complain,
  })
}

function logStop(failure: Error | undefined, dataDir: string): void {
  const why = failure === undefined ? 'what was acknowledged is on the disk' : wordsOf(failure, dataDir)
  if (failure !== undefined) endInError()
  complain(`The gateway stops: ${why}`)
}

const SHELL_POLL_MS = 250

/**
 * npm runs its scripts through a shell, and that shell dies of a SIGTERM without passing it on: then the gateway, which
 * nobody could reach any more, stops as if the signal had come to it.
 */
function whenShellIsGone(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    stop()
  }, SHELL_POLL_MS)
  timer.unref()
}

export function certificatesOf(config: LoadedConfig['config']): Certificates {
  try {
    return readCertificates(config)
  } catch (error) {
    return giveUp(error, config)
  }
}

/** The accounts of a start, with a first one where there are none, and the reason why lists cannot be read; '' when all can. */
export async function admit(
  started: LoadedConfig,
): Promise<{ readonly people: LoadedConfig['people']; readonly unread: string }> {
  const { config } = started
  // There are accounts where they cannot be read.
  const people =
    config.auth.required && started.unread.length === 0
      ? await withFirstAdmin(config.data_dir, started.people, complain).catch((error) => giveUp(error, config))
      : started.people
  const unread = unreadReason(started.unread)
  if (unread !== '') complain(`error: ${unread}`)
  keepLists(config.data_dir, { ...started, people }, complain)
  return { people, unread }
}

/** A disk that refuses is told in a line; a fault of the program with where it happened. */
function wordsOf(failure: Error, dataDir: string): string {
  return explained(failure, dataDir)?.line ?? failure.stack ?? failure.message
}

/** A start that failed because of the machine around it is explained; any other is a fault of the program. */
export function giveUp(error: unknown, config: LoadedConfig['config']): never {
  endInError()
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === LOCKED) {
    complain((error as Error).message)
    process.exit(EXIT.unavailable)
  }
  if (error instanceof UnfitData) {
    complain(error.message)
    process.exit(EXIT.badData)
  }
  if (code === NO_SECRET) {
    complain(`${(error as Error).message}; check the path and who may read it`)
    process.exit(EXIT.config)
  }
  if (code === NO_CERTIFICATE) {
    complain((error as Error).message)
    const { isPermission } = error as { isPermission?: boolean }
    process.exit(isPermission === true ? EXIT.permission : EXIT.config)
  }
  const told = explained(error, config.data_dir)
  if (told !== null) {
    complain(`The gateway cannot start: ${told.line}`)
    process.exit(told.exit)
  }
  if (NO_ADDRESS.has(code ?? '')) {
    complain(`The gateway cannot start: ${addressWords(error as Error, config)}`)
    process.exit(EXIT.unavailable)
  }
  const isOfPort = code === 'EADDRINUSE' || code === 'EACCES'
  if (!isOfPort || port === undefined || port < 0) throw error
  const setting = settingOfPort(config, port)
  // Ports below 1024 are root's alone: 443 becomes 8443.
  const free = code === 'EACCES' && port < 1024 ? port + 8000 : port + 1
  const other = setting === undefined ? '' : ` Choose another with ${envName({ path: setting })}=${free}.`
  const why = code === 'EADDRINUSE' ? 'is in use by another program' : 'may not be opened by this user'
  complain(`Port ${port} ${why}.${other}`)
  process.exit(EXIT.unavailable)
}

/** The system answers so for an address that is another machine's, and for a name that it does not find. */
const NO_ADDRESS: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'])

/** The intake says it itself; all else listens for HTTP. */
function addressWords({ message }: Error, { http }: LoadedConfig['config']): string {
  if (message.startsWith('listen for ')) return message
  return `listen for HTTP on ${http.host}: this machine has no such address; set http.host to 127.0.0.1, 0.0.0.0 or an address of this machine`
}

function settingOfPort({ mqtt, http, hj212 }: LoadedConfig['config'], port: number | undefined): string[] | undefined {
  if (port === mqtt.port) return ['mqtt', 'port']
  if (port === hj212.port) return ['hj212', 'port']
  if (port === mqtt.ws_port) return ['mqtt', 'ws_port']
  if (port === mqtt.tls?.port) return ['mqtt', 'tls', 'port']
  if (port === mqtt.tls?.ws_port) return ['mqtt', 'tls', 'ws_port']
  if (port === http.livez_port) return ['http', 'livez_port']
  return port === http.port ? ['http', 'port'] : undefined
}
