import type { Command } from 'commander'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import type { LoadedConfig } from '../../config/config.js'
import { print, printText } from '../../program/output.js'
import { clusterConnection } from './connection.js'

type Load = (file: string | undefined) => LoadedConfig | undefined

/** Adds `cluster nats-config` and `cluster init`: what the NATS servers of a cluster have to be told. */
export function addClusterSetupCommands(cluster: Command, load: Load): void {
  cluster
    .command('nats-config')
    .description(
      'print the mappings for the configuration of nats-server, as many partitions as cluster.partitions says',
    )
    .option('--config <file>', 'configuration file')
    .action(async (_: unknown, command: Command) => {
      const loaded = load(command.optsWithGlobals<{ config?: string }>().config)
      const { natsConfig } = await import('../../cluster/nats-config.js')
      if (loaded !== undefined) printText(natsConfig(loaded.config.cluster.partitions).trimEnd())
    })

  cluster
    .command('init')
    .description(
      'make the streams of a cluster and who reads them, so that they keep what comes; no partition is taken',
    )
    .option('--config <file>', 'configuration file of a node')
    .action(async (_: unknown, command: Command) => {
      const loaded = load(command.optsWithGlobals<{ config?: string }>().config)
      if (loaded === undefined) return
      const { journal, cluster: options } = loaded.config
      if (journal.type !== 'jetstream') {
        command.error('error: journal.type is not jetstream: name the configuration of a node', {
          exitCode: EXIT.usage,
        })
      }
      const { ensureAssets } = await import('../../cluster/assets.js')
      const connection = await clusterConnection(journal, 'greengauge cluster init')
      if (connection === null) return
      try {
        await ensureAssets(connection, options, systemClock)
        print(`what devices and gateways send is kept for ${options.partitions} partitions`)
      } finally {
        await connection.close()
      }
    })
}
