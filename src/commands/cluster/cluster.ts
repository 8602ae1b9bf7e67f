import type { Command } from 'commander'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import type { ClusterStatus, PartitionStatus } from '../../cluster/status.js'
import type { LoadedConfig } from '../../config/config.js'
import { complain, print, printJson } from '../../program/output.js'
import { addClusterFetch } from './fetch.js'
import { addClusterSetupCommands } from './setup.js'

/** `greengauge cluster`: which node has which partition, and how far each has come. */

type Load = (file: string | undefined) => LoadedConfig | undefined

export function addClusterCommand(program: Command, load: Load): void {
  const cluster = program.command('cluster').description('a cluster of gateways on NATS JetStream')
  addClusterFetch(cluster, load)
  addClusterSetupCommands(cluster, load)
  cluster
    .command('status')
    .description('partitions, their owners, what waits for them, and how old their last checkpoint is')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const { config: file, json } = command.optsWithGlobals<{ config?: string; json?: boolean }>()
      const loaded = load(file)
      if (loaded === undefined) return
      if (loaded.config.journal.type === 'files') {
        return fail('this is a single gateway: journal.type is files', EXIT.config)
      }
      // Loaded when it is needed: a single gateway does without NATS.
      const { clusterStatus } = await import('../../cluster/status.js')
      const status = await clusterStatus(loaded.config, systemClock).catch((error: Error) => error)
      if (status instanceof Error)
        return fail(`the cluster cannot be asked at journal.servers: ${status.message}`, EXIT.unavailable)
      if (json === true) printJson(status)
      else for (const line of tableOf(status)) print(line)
      if (status.partitions.some(({ owner }) => owner === null)) process.exitCode = EXIT.unavailable
    })
}

function tableOf({ nodes, partitions }: ClusterStatus): readonly string[] {
  const head = ['partition', 'plants', 'owner', 'epoch', 'since', 'journal', 'waiting', 'checkpoint']
  const rows = [head, ...partitions.map(rowOf)]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  const alive = nodes.length === 0 ? 'no node is alive' : `nodes alive: ${nodes.join(', ')}`
  return [...lines, '', alive]
}

function rowOf(one: PartitionStatus): string[] {
  const { journal, waiting, unacknowledged, checkpointAgeS } = one
  return [
    String(one.partition),
    String(one.plants.length),
    one.owner ?? '(none)',
    one.epoch === null ? '' : String(one.epoch),
    one.since ?? '',
    journal === null ? '(none)' : `${journal.messages} messages, ${(journal.bytes / 1e6).toFixed(1)} MB`,
    waiting === null ? '?' : String(waiting + (unacknowledged ?? 0)),
    checkpointAgeS === null ? '(none)' : `${checkpointAgeS} s ago`,
  ]
}

function fail(line: string, code: number): void {
  complain(`error: ${line}`)
  process.exitCode = code
}
