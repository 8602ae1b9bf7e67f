import type { Command } from 'commander'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import type { LoadedConfig } from '../../config/config.js'
import { complain, print, printJson } from '../../program/output.js'
import { versionInfo } from '../../program/version.js'
import { clusterConnection } from './connection.js'

interface Options {
  readonly config?: string
  readonly json?: boolean
  readonly partition?: string
  readonly plant?: string
  readonly out: string
}

/** Adds `cluster fetch` to the group `cluster`: what an auditor verifies, out of a cluster that goes on working. */
export function addClusterFetch(
  group: Command,
  accepted: (file: string | undefined) => LoadedConfig | undefined,
): void {
  group
    .command('fetch')
    .description('bring what is on record of a partition out of a working cluster, as a backup that can be verified')
    .option('--partition <number>', 'the partition')
    .option('--plant <id>', 'a plant, instead of the number of its partition')
    .requiredOption('--out <dir>', 'a folder that is not there yet, or empty')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print what was fetched as JSON')
    .action(async (_options: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const loaded = accepted(options.config)
      if (loaded !== undefined) await fetchPartition(loaded.config, options, command)
    })
}

async function fetchPartition(config: LoadedConfig['config'], options: Options, command: Command): Promise<void> {
  // Loaded when they are needed: a single gateway does without NATS.
  const { partitionOf } = await import('../../nats/partition.js')
  const { fetchBackup } = await import('../../cluster/state/fetch-backup.js')
  const { BackupFault } = await import('../../audit/backup/manifest.js')
  const { StateFault } = await import('../../cluster/state/blocks.js')
  const { cluster, journal } = config
  const { out, plant } = options
  const partition = plant === undefined ? Number(options.partition) : partitionOf(plant, cluster.partitions)
  if (!Number.isInteger(partition) || partition < 0 || partition >= cluster.partitions) {
    command.error(`error: name --plant, or a --partition of 0 to ${cluster.partitions - 1}`, { exitCode: EXIT.usage })
  }
  if (journal.type !== 'jetstream') {
    const remedy = 'journal.type is not jetstream, so there is no cluster: "greengauge backup" copies a data directory'
    command.error(`error: ${remedy}`, { exitCode: EXIT.usage })
  }
  const connection = await clusterConnection(journal, 'greengauge cluster fetch')
  if (connection === null) return
  try {
    const { version, commit } = versionInfo()
    const { at, files } = await fetchBackup({
      connection,
      partition,
      clock: systemClock,
      replicas: cluster.replicas,
      stateDir: cluster.state_dir,
      dir: out,
      program: { version, commit },
    })
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    if (options.json === true) printJson({ dir: out, partition, at, files: files.length, bytes })
    else {
      print(`${out}: partition ${partition}, ${files.length} files, ${bytes} bytes, the archive as of ${at}`)
      print(`Check it with: greengauge verify ${out}`)
    }
  } catch (error) {
    if (error instanceof BackupFault) process.exitCode = error.liesIn === 'call' ? EXIT.usage : EXIT.badData
    else if (error instanceof StateFault) process.exitCode = EXIT.badData
    else throw error
    complain(`error: ${error.message}`)
  } finally {
    await connection.close()
  }
}
