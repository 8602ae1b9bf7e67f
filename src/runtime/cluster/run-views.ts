import closeWithGrace from 'close-with-grace'
import { EXIT } from '../../base/exit-codes.js'
import type { LoadedConfig, LoadSettings } from '../../config/config.js'
import { keepLists } from '../../config/files/lists.js'
import { complain } from '../../program/output.js'
import { versionInfo } from '../../program/version.js'
import { holdDataDir } from '../data-dir.js'
import { EarlyStop } from '../early-stop.js'
import { FileWatch } from '../file-watch.js'
import { leaveAddress } from '../machine-token.js'
import { RereadDoor, rereading } from '../reread.js'
import { admit, CLOSE_DEADLINE_MS, certificatesOf, giveUp, watchCertificates } from '../run.js'

/**
 * Runs a viewer of a cluster until a signal comes (`run --role views`); SIGHUP and a change of the accounts make it read
 * its settings again.
 */
export async function runViews(started: LoadedConfig, load: LoadSettings): Promise<void> {
  const { config, hash } = started
  const early = new EarlyStop(process, CLOSE_DEADLINE_MS, complain)
  const occupied = await holdDataDir(config.data_dir, { as: 'viewer' }).catch((error) => giveUp(error, config))
  const { people, unread } = await admit(started)
  const rereads = new RereadDoor()
  process.on('SIGHUP', () => rereads.ask())
  // Before anything listens: whoever sees that the viewer is there may change a file at once.
  const files = new FileWatch(() => rereads.ask(), started.files)
  const { startViewer } = await import('./viewer.js')
  const certificates = certificatesOf(config)
  const viewer = await startViewer({
    config,
    configHash: hash,
    people,
    version: versionInfo(),
    occupied,
    certificates,
  }).catch((error) => unreachable(error, config))
  viewer.tellUnread(unread)
  const certificateWatch = watchCertificates(config, certificates, viewer)
  leaveAddress(config, config.http.port)
  const apply = (loaded: LoadedConfig) => {
    keepLists(config.data_dir, loaded, complain)
    viewer.reconfigure(loaded)
    files.watch(loaded.files)
    certificateWatch.configure(loaded.config)
  }
  const { note, tellUnread } = viewer
  rereads.open(rereading({ load, started: { ...started, people }, apply, unread: tellUnread, note, say: complain }))
  const grace = closeWithGrace(
    { delay: CLOSE_DEADLINE_MS, skip: ['SIGHUP'], logger: { error: (line: unknown) => complain(String(line)) } },
    async ({ err }) => {
      complain(`The viewer stops${err === undefined ? '' : `: ${err.stack ?? err.message}`}`)
      rereads.close()
      files.watch([])
      certificateWatch.close()
      await viewer.close()
      if (err !== undefined) process.exit(EXIT.software)
    },
  )
  if (early.release()) grace.close()
}

/** NATS that cannot be reached is for whoever started it to see; anything else as at the start of a gateway. */
function unreachable(error: unknown, config: LoadedConfig['config']): never {
  const { name, message } = error as Error
  if (name !== 'ConnectionError') return giveUp(error, config)
  complain(
    `error: none of the NATS servers (journal.servers: ${config.journal.servers.join(', ')}) lets us in: ${message}`,
  )
  process.exit(EXIT.unavailable)
}
